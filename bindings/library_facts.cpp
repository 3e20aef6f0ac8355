#include "bindings/library_facts.h"

extern "C" {
extern const char govm_std_facts_begin[];
extern const char govm_std_facts_end[];
}

namespace govm::detail {

const opt::LibraryFacts& library_facts() {
  static const opt::LibraryFacts facts({govm_std_facts_begin, static_cast<std::size_t>(govm_std_facts_end - govm_std_facts_begin)});
  return facts;
}

}  // namespace govm::detail
