// A Vm's run-time half without compiler: hand-assembled functions run as goroutines.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "gc/heap.h"
#include "scheduler/scheduler.h"
#include "vm/bytecode/opcode.h"
#include "vm/interp/interpreter.h"
#include "vm/runtime/code_map.h"
#include "vm/runtime/runtime.h"

namespace govm::interp {

using bc::Op;

class Assembler {
 public:
  Assembler& op(Op op, int a = 0, int b = 0, int c = 0) {
    words.push_back(static_cast<std::uint64_t>(op) | half(a) << 16 | half(b) << 32 | half(c) << 48);
    return *this;
  }
  Assembler& op32(Op op, int a, std::int32_t imm) { return this->op(op, a, imm & 0xffff, imm >> 16); }
  Assembler& word(std::uint64_t value) {
    words.push_back(value);
    return *this;
  }
  Assembler& word(const void* p) { return word(reinterpret_cast<std::uint64_t>(p)); }
  int here() const { return static_cast<int>(words.size()); }
  std::vector<std::uint64_t> words;

 private:
  static std::uint64_t half(int v) { return static_cast<std::uint16_t>(v); }
};

// Collects what is printed.
struct TestAccess : rt::OpenAccess {
  TestAccess() : OpenAccess({}, {}) {}
  std::int64_t write(int, const void* data, std::size_t size) override {
    output.append(static_cast<const char*>(data), size);
    return static_cast<std::int64_t>(size);
  }
  std::string output;
};

struct Machine : rt::CodeSource {
  TestAccess access;
  rt::Runtime runtime{access};
  Interpreter interpreter{runtime};
  std::unique_ptr<sched::Scheduler> scheduler;
  std::unique_ptr<gc::Heap> heap;
  std::deque<bc::Code> codes;
  std::unordered_map<std::string, bc::Function*> functions;
  int compiled = 0;

  explicit Machine(int workers = 1) {
    sched::Options options;
    options.workers = workers;
    scheduler = std::make_unique<sched::Scheduler>(options, interpreter);
    heap = std::make_unique<gc::Heap>(*scheduler, gc::HeapLimits{});
    scheduler->attach_heap(*heap);
    runtime.attach(*heap, *scheduler);
    runtime.set_code_source(this);
  }
  ~Machine() override { scheduler.reset(); }

  bc::Function* declare(std::string name, int params, int results, int frame) {
    bc::Function* f = runtime.types().new_function();
    f->name = runtime.region().copy(name);
    f->file = "test.go";
    f->param_slots = static_cast<std::uint16_t>(params);
    f->result_slots = static_cast<std::uint16_t>(results);
    f->frame_slots = static_cast<std::uint32_t>(frame);
    functions[std::move(name)] = f;
    return f;
  }
  void define(bc::Function* f, const Assembler& code, int recover_entry = 0) {
    bc::Code& c = codes.emplace_back();
    c.words = code.words;
    c.recover_entry = static_cast<std::uint32_t>(recover_entry);
    c.lines = {{0, 7, -1, -1}};
    f->code = &c;
    f->entry = reinterpret_cast<const bc::Instr*>(c.words.data());
    runtime.code_map().add(*f);
  }
  bool compile(bc::Function& f, std::string& error) override {
    compiled++;
    error = "no body";
    return on_compile && on_compile(f);
  }
  bc::Function* find_function(std::string_view name) override {
    auto it = functions.find(std::string(name));
    return it == functions.end() ? nullptr : it->second;
  }
  std::function<bool(bc::Function&)> on_compile;

  sched::RunEnd run(bc::Function* f) { return scheduler->run(&f->self_closure); }
  std::int64_t* cell() { return static_cast<std::int64_t*>(runtime.statics().bytes(8)); }
};

}  // namespace govm::interp
