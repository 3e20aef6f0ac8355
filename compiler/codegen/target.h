// What code generation needs of the running Vm: addresses of descriptors and of static memory. Implemented over the
// VM's runtime by link.cpp; tests have their own. Used under the compiler session's lock. Nothing returned is freed
// before the Vm.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/abi.h"
#include "compiler/ir/ir.h"
#include "vm/bytecode/function.h"

namespace govm::codegen {

class Target {
 public:
  virtual ~Target() = default;
  // Code that nobody wants any more need not be finished: asked between operations.
  virtual bool given_up() const { return false; }
  virtual abi::Type* type(types::Type* t) = 0;
  virtual abi::Itab* itab(types::Type* iface, types::Type* concrete) = 0;   // concrete implements iface
  virtual bc::Function* function(ir::Function* fn) = 0;                     // compiled when first called
  virtual void* global(ir::Global* global) = 0;
  virtual void* static_data(ir::StaticData* data) = 0;
  // Read-only static object holding `bytes` (a value without relocations but `string`, a pointer to place at offset 0).
  virtual const void* constant(std::span<const std::uint8_t> bytes, types::Type* type) = 0;
  // A type for closure objects of `words` words: bit w of pointers says that word w may hold a pointer.
  virtual const abi::Type* closure_type(std::uint32_t words, std::span<const std::uint8_t> pointers) = 0;
};

}  // namespace govm::codegen
