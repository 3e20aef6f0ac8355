#include "compiler/opt/context.h"

#include "compiler/syntax/ast.h"

namespace govm::opt {
namespace {

std::uint32_t source_bytes(const Function& fn) {
  const syntax::BlockStmt* body = nullptr;
  if (fn.literal != nullptr) body = fn.literal->body;
  else if (fn.decl != nullptr) body = fn.decl->body;
  return body != nullptr ? body->rbrace.offset - body->pos.offset : 0;
}

}  // namespace

bool Context::ensure_optimized(Function* callee, std::uint32_t max_bytes) {
  if (is_active(callee) || options.is_given_up()) return false;
  if (callee->optimized) return true;
  if (callee->kind == ir::FunctionKind::kNative) return false;
  if (!options.thorough && (active.size() > kMaxDepth || source_bytes(*callee) > max_bytes)) return false;
  if (!callee->built) {
    if (builds_left <= 0 && !options.thorough) return false;
    --builds_left;
    callee->program->build(callee);
  }
  callee->optimized = true;
  if (!callee->blocks.empty()) run_pipeline(*this, *callee);
  return true;
}

}  // namespace govm::opt
