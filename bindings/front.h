// The compiler's first half as bindings use it: a session, its loader, and the diagnostics collected so far.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bindings/govm.hpp"
#include "compiler/ir/ir.h"
#include "compiler/load/diagnostics.h"
#include "compiler/load/load.h"

namespace govm::detail {

class Front final : public ir::Environment {
 public:
  explicit Front(const Options& options);

  types::Session& session() { return session_; }
  load::Loader& loader() { return *loader_; }
  // Reported so far, as gc shows them: a package given up at the tenth unless all were asked for.
  std::vector<Diagnostic> diagnostics() const;
  // The same as text, a line each; empty: none.
  std::string diagnostics_text() const;
  bool has_errors() const { return !reported_.empty(); }

  // ---- ir::Environment, by the loader
  void ensure_body_checked(types::Func* func) override { loader_->ensure_body_checked(func); }
  types::Func* linked_function(types::Func* func) override { return loader_->linked_function(func); }
  std::string native_name(types::Func* func) override { return loader_->native_name(func); }
  types::Var* linked_variable(types::Var* var) override { return loader_->linked_variable(var); }
  bool embedded_files(types::Var* var, std::vector<EmbeddedFile>& out) override;

 private:
  types::Session session_;
  load::DiagnosticList reported_;
  bool all_errors_;
  std::string directory_;
  std::unique_ptr<load::Loader> loader_;
};

}  // namespace govm::detail
