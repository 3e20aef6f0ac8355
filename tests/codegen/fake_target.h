// A Target without a Vm: descriptors are empty shells, told apart by address. Remembers the functions code refers to.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "compiler/codegen/by_reference.h"
#include "compiler/codegen/codegen.h"
#include "vm/bytecode/verifier.h"

namespace govm::codegen::testing {

class FakeTarget : public Target {
 public:
  explicit FakeTarget(ir::Program& program) : program_(program) {}

  abi::Type* type(types::Type* t) override {
    t = types::canonical(program_.session, t);
    auto& made = types_[t];
    if (made == nullptr) {
      made = std::make_unique<abi::Type>();
      made->size = static_cast<std::uint64_t>(types::size_of(t));
      new_types.push_back(t);
    }
    return made.get();
  }
  abi::Itab* itab(types::Type* iface, types::Type* concrete) override {
    type(concrete);
    auto& made = itabs_[{iface, concrete}];
    if (made == nullptr) made = std::make_unique<abi::Itab>();
    return made.get();
  }
  bc::Function* function(ir::Function* fn) override {
    if (fn->code != nullptr) return static_cast<bc::Function*>(fn->code);
    bc::Function& f = functions_.emplace_back();
    f.name = fn->name;
    std::uint32_t params = 0, results = 0;
    for (types::Type* t : fn->params) params += passed_shape(shapes, t).slots;
    for (types::Type* t : fn->results) results += passed_shape(shapes, t).slots;
    f.param_slots = static_cast<std::uint16_t>(params);
    f.result_slots = static_cast<std::uint16_t>(results);
    f.compiler_data = fn;
    fn->code = &f;
    new_functions.push_back(fn);
    return &f;
  }
  void* global(ir::Global* global) override {
    auto& made = memory_[global];
    if (made == nullptr) made = std::make_unique<std::uint64_t>();
    return made.get();
  }
  void* static_data(ir::StaticData* data) override {
    auto& made = memory_[data];
    if (made == nullptr) made = std::make_unique<std::uint64_t>();
    return made.get();
  }
  const void* constant(std::span<const std::uint8_t>, types::Type* t) override { return type(t); }
  const abi::Type* closure_type(std::uint32_t, std::span<const std::uint8_t>) override { return &closure_; }

  // Compiles fn; the error or what the bytecode verifier says, or "".
  std::string compile(ir::Function* fn) {
    bc::Function* f = function(fn);
    program_.build(fn);
    if (fn->blocks.empty() || f->code != nullptr) return "";
    opt::optimize(*fn);
    auto code = std::make_unique<bc::Code>();
    std::string error;
    if (!generate(*fn, *this, shapes, *code, f->frame_slots, error)) return error;
    f->code = code.get();
    codes_.push_back(std::move(code));
    return bc::verify(*f->code, f->frame_slots, f->param_slots, f->result_slots);
  }

  Shapes shapes;
  std::vector<ir::Function*> new_functions;   // not compiled yet, perhaps
  std::vector<types::Type*> new_types;

 private:
  ir::Program& program_;
  std::map<types::Type*, std::unique_ptr<abi::Type>> types_;
  std::map<std::pair<types::Type*, types::Type*>, std::unique_ptr<abi::Itab>> itabs_;
  std::map<const void*, std::unique_ptr<std::uint64_t>> memory_;
  std::deque<bc::Function> functions_;
  std::vector<std::unique_ptr<bc::Code>> codes_;
  abi::Type closure_{};
};

}  // namespace govm::codegen::testing
