// Which slots hold live pointers where: for code positions at which the collector may look at the frame. Codegen marks
// the places, with the liveness that slot allocation computed; rows are made of those that are safepoints.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/codegen/frame.h"
#include "vm/bytecode/function.h"

namespace govm::codegen {

class LiveMarks {
 public:
  explicit LiveMarks(const Frame& frame) : frame_(frame) {}

  // Code from word `at` on belongs to v, which reads its operands and writes its result.
  void value(std::uint32_t at, const Value* v);
  // The call of v is at word `at`: operands are consumed.
  void call(std::uint32_t at, const Value* v);
  // A block begins; goroutines may stop here if something branches backwards to it.
  void block(std::uint32_t at, const Block* b);
  // Only what is live everywhere.
  void always(std::uint32_t at);
  // The last mark's code uses so many scratch slots.
  void scratch(std::uint32_t slots) {
    if (marks_.back().low <= marks_.back().high) marks_.back().scratch = slots;   // not of a call
  }

  // Rows and maps, from the finished words. slots: of the whole frame.
  void finish(bc::Code& code, std::uint32_t slots) const;

 private:
  struct Mark {
    std::uint32_t word, low, high;
    std::uint32_t scratch = 0;
    bool block = false;
  };
  std::vector<bool> safepoints(const bc::Code& code) const;
  std::vector<std::uint8_t> map(const Mark& m, std::size_t bytes) const;

  const Frame& frame_;
  std::vector<Mark> marks_;     // ascending by word
};

}  // namespace govm::codegen
