#include "bindings/front.h"

#include <algorithm>
#include <tuple>

namespace govm::detail {
namespace {

constexpr std::size_t kMostErrors = 10;

load::Options loader_options(const Options& options) {
  load::Options out;
  out.lang = options.lang;
  return out;
}

}  // namespace

Front::Front(const Options& options)
    : all_errors_(options.all_errors),
      loader_(std::make_unique<load::Loader>(session_, loader_options(options),
                                             [this](types::Diagnostic d) { reported_.push_back(std::move(d)); })) {}

std::vector<Diagnostic> Front::diagnostics() const {
  // By line; on one line in the order reported, one message of the same words (as gc does).
  struct Row {
    Position position;
    const types::Diagnostic* diagnostic;
    auto key() const { return std::tuple(position.line, position.column, diagnostic); }  // addresses: as reported
  };
  std::vector<Row> rows;
  for (const types::Diagnostic& d : reported_) rows.push_back({session_.sources.position(d.pos), &d});
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    if (a.position.file != b.position.file) return a.diagnostic->pos < b.diagnostic->pos;
    return a.key() < b.key();
  });
  std::vector<Diagnostic> out;
  const Row* last = nullptr;
  for (const Row& row : rows) {
    const bool repeats = last && last->position.file == row.position.file && last->position.line == row.position.line &&
                         last->diagnostic->message == row.diagnostic->message && row.position.line != 0;
    if (repeats) continue;
    last = &row;
    if (!all_errors_ && out.size() == kMostErrors) {
      out.push_back({out.back().position, "too many errors"});
      break;
    }
    const bool known = row.diagnostic->pos.known();
    out.push_back({known ? session_.sources.str(row.diagnostic->pos) : std::string(), row.diagnostic->message});
  }
  return out;
}

std::string Front::diagnostics_text() const {
  std::string text;
  for (const Diagnostic& d : diagnostics()) {
    if (!text.empty()) text += '\n';
    text += d.text();
  }
  return text;
}

bool Front::embedded_files(types::Var* var, std::vector<EmbeddedFile>& out) {
  std::vector<load::Loader::EmbeddedFile> files;
  if (!loader_->embedded_files(var, files)) return false;
  for (load::Loader::EmbeddedFile& file : files) out.push_back({std::move(file.name), std::move(file.data)});
  return true;
}

}  // namespace govm::detail
