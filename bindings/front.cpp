#include "bindings/front.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <tuple>

namespace govm::detail {
namespace {

constexpr std::size_t kMostErrors = 10;

// Where tools/fetch_go finds or puts Go's sources.
std::string default_goroot() {
  if (const char* root = std::getenv("GOVM_GOROOT"); root && *root) return root;
  static constexpr char kInstalled[] = "/usr/share/go-1.24";
  std::error_code error;
  if (std::filesystem::is_directory(std::string(kInstalled) + "/src", error)) return kInstalled;
  const char* cache = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  std::string folder = cache && *cache ? cache : home ? std::string(home) + "/.cache" : "";
  folder += "/govm/goroot-1.24/usr/share/go-1.24";
  return std::filesystem::is_directory(folder + "/src", error) ? folder : "";
}

load::Options loader_options(const Options& options) {
  load::Options out;
  out.lang = options.lang;
  out.directory = options.directory;
  out.goroot = options.goroot.empty() ? default_goroot() : options.goroot;
  out.bodyless = options.bodyless;
  return out;
}

std::string current_directory() {
  std::error_code error;
  return std::filesystem::current_path(error).string();
}

// As the go command shows them: files below the working directory without it.
std::string shortened(std::string position, const std::string& directory) {
  if (!directory.empty() && position.starts_with(directory + "/")) position.erase(0, directory.size() + 1);
  return position;
}

}  // namespace

Front::Front(const Options& options)
    : all_errors_(options.all_errors),
      directory_(options.directory.empty() ? current_directory() : options.directory),
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
    out.push_back({known ? shortened(session_.sources.str(row.diagnostic->pos), directory_) : std::string(), row.diagnostic->message});
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
