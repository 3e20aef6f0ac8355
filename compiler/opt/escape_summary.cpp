// Leak summaries of functions, computed when a caller asks.
#include <cstring>

#include "compiler/opt/escape.h"
#include "compiler/opt/library_facts.h"
#include "compiler/syntax/ast.h"

namespace govm::opt {
namespace {

// Bytes of source of a callee worth building for its summary. Those of std have no comments.
constexpr std::uint32_t kMaxSource = 8000, kMaxCommentedSource = 16000;

bool has_pragma(const Function& fn, std::string_view name) {
  if (fn.decl == nullptr) return false;
  return std::any_of(fn.decl->pragmas.begin(), fn.decl->pragmas.end(),
                     [&](const syntax::Pragma& p) { return p.text == name; });
}

// Natives that keep none of their pointers. Packages listed whole only have such.
bool native_keeps_nothing(const Function& fn) {
  if (has_pragma(fn, "go:noescape")) return true;
  static constexpr std::string_view kPackages[] = {"internal/bytealg.", "math.", "math/big.", "math/bits.",
                                                   "crypto/internal/", "hash/crc32."};
  for (std::string_view prefix : kPackages) {
    if (fn.name.starts_with(prefix)) return true;
  }
  return false;
}

// func NoEscape(p unsafe.Pointer) unsafe.Pointer, wherever it was copied to.
bool hides_pointer(const Function& fn) {
  if (fn.package == nullptr || !fn.package->is_std) return false;
  return fn.name == "internal/abi.NoEscape" || std::string_view(fn.name).ends_with(".noescape");
}

void summarize(Context& context, Function& fn, FunctionInfo& about) {
  ir::Program& program = *fn.program;
  about.summarizing = true;
  std::vector<Leak> params(fn.params.size()), captures(fn.captures.size());
  if (!fn.blocks.empty() && !hides_pointer(fn)) {
    context.active.push_back(&fn);
    EscapeAnalysis analysis(context, fn, true);
    analysis.solve();
    for (auto& b : fn.blocks) {
      for (const Value* v : b->values) {
        if (v->op == Op::kParam) params[static_cast<std::size_t>(v->aux_int)] = analysis.leak(v);
        if (v->op == Op::kCapture) captures[static_cast<std::size_t>(v->aux_int)] = analysis.leak(v);
      }
    }
    context.active.pop_back();
  }
  about.params = program.arena.copy(params);
  about.captures = program.arena.copy(captures);
  about.summarizing = false;
  about.summarized = true;
}

}  // namespace

const FunctionInfo* leak_summary(Context& context, Function* fn) {
  if (fn->replaceable) return nullptr;
  FunctionInfo& about = library_info(context, *fn);
  if (about.summarized) return &about;
  if (about.summarizing) return nullptr;
  if (fn->kind == ir::FunctionKind::kNative) {
    if (!native_keeps_nothing(*fn)) return nullptr;
  } else if (!context.ensure_optimized(fn, fn->package && fn->package->is_std ? kMaxSource : kMaxCommentedSource)) {
    return nullptr;
  }
  if (fn->kind != ir::FunctionKind::kNative && fn->blocks.empty()) return nullptr;
  summarize(context, *fn, about);
  return &about;
}

void summarize_again(Context& context, Function& fn) {
  if (fn.blocks.empty()) return;
  decide_allocations(context, fn);
  summarize(context, fn, info(fn));
}

FunctionInfo& library_info(Context& context, Function& fn) {
  FunctionInfo& about = info(fn);
  if (!about.looked_up && !about.summarized && !about.summarizing && context.options.library != nullptr) {
    about.looked_up = true;
    context.options.library->look_up(fn, about);
  }
  return about;
}

}  // namespace govm::opt
