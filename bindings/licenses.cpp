// Licences of what is linked into the library besides govm's own code.
#include <string>
#include <string_view>

#include "bindings/govm.hpp"

extern "C" const char govm_go_licence_begin[];
extern "C" const char govm_go_licence_end[];

namespace govm {

std::string licenses() {
  const std::string_view go(govm_go_licence_begin, static_cast<std::size_t>(govm_go_licence_end - govm_go_licence_begin));
  std::string text = "govm contains the Go standard library, compiled from its sources:\n\n";
  text += go;
  text +=
      "\ngovm also contains code of these libraries:\n"
      "  {fmt}: Copyright (c) 2012 - present, Victor Zverovich; MIT licence\n"
      "  Boost: Boost Software License, version 1.0\n"
      "  Zstandard: Copyright (c) Meta Platforms, Inc. and affiliates; BSD licence\n"
      "  OpenSSL (libcrypto): Copyright (c) The OpenSSL Project Authors; Apache licence, version 2.0\n"
      "  zlib: Copyright (c) Jean-loup Gailly and Mark Adler; zlib licence\n";
  return text;
}

}  // namespace govm
