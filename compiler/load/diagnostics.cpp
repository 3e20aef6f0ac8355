#include "compiler/load/diagnostics.h"

#include <algorithm>
#include <numeric>

namespace govm::load {
namespace {

// Positions within messages ("already declared at /dir/x.go:3:4") are shortened like those in front.
std::string shorten_message(std::string message, std::string_view directory) {
  const std::string prefix = std::string(directory) + "/";
  if (prefix.size() < 2) return message;
  for (std::size_t at = message.find(prefix); at != message.npos; at = message.find(prefix, at + 1)) {
    const std::size_t end = std::min(message.find_first_of(" \n)", at), message.size());
    const std::string position = message.substr(at, end - at);
    const bool starts_word = at == 0 || message[at - 1] == ' ' || message[at - 1] == '(';
    if (starts_word && position.find(".go:") != position.npos) {
      message.replace(at, end - at, short_path(position, directory));
    }
  }
  return message;
}

}  // namespace

std::string short_path(std::string_view path, std::string_view directory) {
  const bool inside = !directory.empty() && path.size() > directory.size() + 1 && path.starts_with(directory) &&
                      path[directory.size()] == '/';
  if (!inside) return std::string(path);
  const std::string_view rest = path.substr(directory.size() + 1);
  return rest.substr(0, rest.find(':')).find('/') == rest.npos ? "./" + std::string(rest) : std::string(rest);
}

std::string DiagnosticList::text(const types::Session& session, const Loader& loader, std::string_view directory,
                                 int limit) const {
  std::vector<std::size_t> order(items_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  // Packages stay in the order in which they were checked.
  std::vector<const Package*> packages;
  auto rank = [&](std::size_t i) {
    const Package* p = loader.package_at(items_[i].pos);
    const auto found = std::find(packages.begin(), packages.end(), p);
    if (found != packages.end()) return found - packages.begin();
    packages.push_back(p);
    return static_cast<std::ptrdiff_t>(packages.size()) - 1;
  };
  std::vector<std::ptrdiff_t> ranks;
  for (const std::size_t i : order) ranks.push_back(rank(i));
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (ranks[a] != ranks[b]) return ranks[a] < ranks[b];
    if (items_[a].pos != items_[b].pos) return items_[a].pos < items_[b].pos;
    return a < b;
  });

  std::string out;
  const Package* package = nullptr;
  std::string previous;
  int count = 0;
  for (const std::size_t i : order) {
    const types::Diagnostic& d = items_[i];
    const Package* at = packages[static_cast<std::size_t>(ranks[i])];
    if (at != package && at && !loader.packages_missing()) out += "# " + at->path + "\n";
    if (at != package) count = 0;
    package = at;
    std::string line;
    if (d.pos.known()) {
      line = short_path(session.sources.str(d.pos), directory);
      if (loader.packages_missing() && line.starts_with("./")) line.erase(0, 2);
      line += ": ";
    }
    const std::string message = shorten_message(d.message, directory) + "\n";
    // Of equal messages on one line gc shows the first.
    std::string key = std::to_string(session.sources.position(d.pos).line) + message;
    if (key == previous) continue;
    previous = std::move(key);
    line += message;
    if (limit > 0 && count == limit) out += "too many errors\n";
    if (limit == 0 || count < limit) out += line;
    ++count;
  }
  return out;
}

}  // namespace govm::load
