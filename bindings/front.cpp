#include "bindings/front.h"

#include <cstdlib>
#include <filesystem>

namespace govm::detail {
namespace {

}  // namespace

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

namespace {

load::Options loader_options(const Options& options) {
  load::Options out;
  out.lang = options.lang;
  out.directory = options.directory;
  out.goroot = options.goroot.empty() ? default_goroot() : options.goroot;
  out.bodyless = options.bodyless;
  out.cover = {options.cover_mode, options.cover_packages, options.cover_where};
  out.tags = options.tags;
  return out;
}

std::string current_directory() {
  std::error_code error;
  return std::filesystem::current_path(error).string();
}

}  // namespace

Front::Front(const Options& options)
    : all_errors_(options.all_errors),
      reloadable_(options.reloadable),
      directory_(options.directory.empty() ? current_directory() : options.directory),
      loader_(std::make_unique<load::Loader>(session_, loader_options(options),
                                             [this](types::Diagnostic d) { reported_.add(std::move(d)); }, files(options))) {}

std::unique_ptr<load::FileSystem> Front::files(const Options& options) {
  if (options.bundle) return load::archived_files(*options.bundle);
  if (!options.record_files) return load::disk_files();
  auto recorder = std::make_unique<load::RecordingFiles>(load::disk_files());
  recorder_ = recorder.get();
  return recorder;
}

std::vector<Diagnostic> Front::diagnostics() const {
  std::vector<Diagnostic> out;
  for (auto& d : reported_.shown(session_, *loader_, all_errors_ ? 0 : load::DiagnosticList::kDefaultLimit)) {
    std::string position = d.pos.known() ? load::short_path(session_.sources.str(d.pos), directory_, "") : "";
    out.push_back({std::move(position), load::shorten_message(std::move(d.message), directory_, "")});
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
