// Code generation: SSA to bytecode, and the descriptors and static memory code refers to.
//
//   codegen::Codegen codegen(program, runtime);
//   bc::Function* main = codegen.function(program.function(main_func));
//   codegen.compile(*fn, error);    // what rt::CodeSource::compile does, under the session's lock
//
// Code, tables and descriptors live as long as the Codegen and the Runtime; strings of the program are used in place, so
// ir::Program must live as long too.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/codegen/shape.h"
#include "compiler/codegen/target.h"
#include "compiler/opt/opt.h"
#include "vm/runtime/runtime.h"

namespace govm::codegen {

// The code of one optimised function. An error is a limit of the implementation (frame too large), or empty if the
// target has given it up.
bool generate(ir::Function& fn, Target& target, Shapes& shapes, bc::Code& code, std::uint32_t& frame_slots,
              std::string& error);

class Codegen : public Target, public rt::TypeHooks {
 public:
  // The lock is taken by TypeHooks, which the runtime calls at any time; callers of the rest hold it already.
  Codegen(ir::Program& program, rt::Runtime& runtime, std::recursive_mutex& session_lock, opt::Options options = {});
  ~Codegen() override;

  // Builds, optimises and generates the function, or binds its native, and publishes its entry. Session lock held.
  bool compile(bc::Function& function, std::string& error);
  // Calls of old go to fresh, of the same parameters and results, from now on; frames of old run to their ends.
  void forward(ir::Function* old, ir::Function* fresh);
  static ir::Function* source(const bc::Function& function) { return static_cast<ir::Function*>(function.compiler_data); }

  bool given_up() const override { return runtime_.exited(); }
  abi::Type* type(types::Type* t) override;
  abi::Itab* itab(types::Type* iface, types::Type* concrete) override;
  bc::Function* function(ir::Function* fn) override;
  void* global(ir::Global* global) override;
  void* static_data(ir::StaticData* data) override;
  const void* constant(std::span<const std::uint8_t> bytes, types::Type* type) override;
  const abi::Type* closure_type(std::uint32_t words, std::span<const std::uint8_t> pointers) override;

  abi::Type* method_type(void* token) override;
  const bc::Function* itab_method(void* token) override;
  const bc::Function* direct_method(void* token) override;

  Shapes& shapes() { return shapes_; }

 private:
  struct MethodToken {
    types::Type* receiver;
    types::MethodSetEntry entry;
  };
  abi::Type* make_type(types::Type* t);
  abi::Type* make_named(types::Named* t);
  abi::Type* make_struct(types::Type* t);
  abi::Type* make_interface(types::Type* t);
  abi::Type* make_func(types::Signature* s);
  std::vector<rt::MethodSpec> methods_of(types::Type* t);
  void fill(void* memory, const ir::StaticData& data);
  void* static_map(const ir::StaticData& data);

  ir::Program& program_;
  rt::Runtime& runtime_;
  std::recursive_mutex& lock_;
  opt::Options options_;
  Shapes shapes_;
  std::unordered_map<types::Type*, abi::Type*> types_;
  std::unordered_map<ir::StaticData*, void*> statics_;
  std::map<std::vector<std::uint8_t>, const void*> constants_;
  std::map<std::pair<std::uint32_t, std::vector<std::uint8_t>>, const abi::Type*> closure_types_;
  std::deque<MethodToken> tokens_;
  std::deque<std::string> names_;
  std::vector<std::unique_ptr<bc::Code>> codes_;
};

}  // namespace govm::codegen
