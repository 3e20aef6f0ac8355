// Line and inline tables of the function being emitted.
#pragma once

#include <map>
#include <unordered_map>

#include "compiler/ir/ir.h"
#include "vm/bytecode/function.h"

namespace govm::codegen {

class Lines {
 public:
  Lines(ir::Program& program, bc::Code& code) : program_(program), code_(code) {}
  // Code from word `at` on comes from this place.
  void mark(std::uint32_t at, Pos pos, const ir::InlineSite* site);

 private:
  std::int16_t file(std::string_view name);
  std::int16_t inline_row(const ir::InlineSite* site);

  ir::Program& program_;
  bc::Code& code_;
  std::unordered_map<std::string_view, std::int16_t> files_;
  std::unordered_map<const ir::InlineSite*, std::int16_t> sites_;
  Pos last_pos_;
  const ir::InlineSite* last_site_ = nullptr;
};

}  // namespace govm::codegen
