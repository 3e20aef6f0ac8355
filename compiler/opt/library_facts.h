// What is known of the standard library's functions before they are built: what their parameters leak, and how much they
// cost where inlined. Found at build time by stdlib/facts, from the sources in the std pack, without the limits that
// keep a program from compiling what it never runs.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/opt/opt.h"

namespace govm::opt {

struct FunctionInfo;
struct Leak;

// Layout, little-endian: u32 magic, u32 count, u64 hashes of names (sorted), u32 offsets of the entries behind them, then
// entries: u8 cost (255: never inlined), u8 parameters, u8 captures, then a Leak for each: u8 loads to the heap in the low
// half (15: never), the number of results it gets to in the high one; for these u8 loads and index, likewise.
class LibraryFacts {
 public:
  explicit LibraryFacts(std::string_view data);  // borrowed; empty: nothing is known
  // Whether fn is one that facts can be about: of std, not generic, with a name that nothing else has.
  static bool covers(const ir::Function& fn);
  // Fills in `about`; false: nothing is known of fn.
  bool look_up(ir::Function& fn, FunctionInfo& about) const;

 private:
  std::uint64_t hash_at(std::size_t i) const;
  std::size_t count_ = 0;
  std::string_view hashes_, offsets_, entries_;
};

// Makes the table. Functions are optimised thoroughly, so this takes much stack: 1 GB is enough for std.
class LibraryFactsMaker {
 public:
  LibraryFactsMaker();
  // With the literals in it.
  void add(ir::Function& fn);
  // The table of what was added.
  std::string finish();
  std::size_t size() const { return functions_.size(); }

 private:
  std::string entry(ir::Function& fn) const;
  Options options_;
  std::vector<ir::Function*> functions_;
};

}  // namespace govm::opt
