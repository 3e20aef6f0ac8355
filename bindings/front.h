// The compiler's first half as bindings use it: a session, its loader, and the diagnostics collected so far.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bindings/govm.hpp"
#include "compiler/ir/ir.h"
#include "compiler/load/diagnostics.h"
#include "compiler/load/archive.h"
#include "compiler/load/load.h"

namespace govm::detail {

// Where tools/fetch_go finds or puts Go's sources; "": nowhere.
std::string default_goroot();

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
  // For sessions, whose inputs have errors of their own: takes what was reported since, as it came.
  std::vector<types::Diagnostic> take_reported() {
    std::vector<types::Diagnostic> out = reported_.items();
    reported_.clear();
    return out;
  }
  void report(types::Diagnostic d) { reported_.add(std::move(d)); }

  // What was read so far, of a Vm that records files; else null.
  const load::RecordingFiles* recorder() const { return recorder_; }

  // ---- ir::Environment, by the loader
  void ensure_body_checked(types::Func* func) override { loader_->ensure_body_checked(func); }
  void ensure_initializer_read(types::Var* var) override { loader_->ensure_initializer_read(var); }
  types::Func* linked_function(types::Func* func) override { return loader_->linked_function(func); }
  std::string native_name(types::Func* func) override { return loader_->native_name(func); }
  types::Var* linked_variable(types::Var* var) override { return loader_->linked_variable(var); }
  bool replaceable(const types::Package* package) override { return reloadable_ && package != nullptr && !package->is_std; }
  bool embedded_files(types::Var* var, std::vector<EmbeddedFile>& out) override;

 private:
  std::unique_ptr<load::FileSystem> files(const Options& options);

  types::Session session_;
  load::DiagnosticList reported_;
  bool all_errors_, reloadable_;
  std::string directory_;
  load::RecordingFiles* recorder_ = nullptr;   // the loader's
  std::unique_ptr<load::Loader> loader_;
};

}  // namespace govm::detail
