#include "compiler/load/diagnostics.h"

#include <algorithm>

namespace govm::load {

std::string shorten_message(std::string message, std::string_view directory, std::string_view dot) {
  const std::string prefix = std::string(directory) + "/";
  if (prefix.size() < 2) return message;
  for (std::size_t at = message.find(prefix); at != message.npos; at = message.find(prefix, at + 1)) {
    const std::size_t end = std::min(message.find_first_of(" \n)", at), message.size());
    const std::string position = message.substr(at, end - at);
    const bool starts_word = at == 0 || message[at - 1] == ' ' || message[at - 1] == '(' || message[at - 1] == '\t';
    if (starts_word && position.find(".go:") != position.npos) {
      message.replace(at, end - at, short_path(position, directory, dot));
    }
  }
  return message;
}

std::string short_path(std::string_view path, std::string_view directory, std::string_view dot) {
  const bool inside = !directory.empty() && path.size() > directory.size() + 1 && path.starts_with(directory) &&
                      path[directory.size()] == '/';
  if (!inside) return std::string(path);
  const std::string_view rest = path.substr(directory.size() + 1);
  const bool direct = rest.substr(0, rest.find(':')).find('/') == rest.npos;
  return (direct ? std::string(dot) : std::string()) + std::string(rest);
}

std::vector<DiagnosticList::Shown> DiagnosticList::shown(const types::Session& session, const Loader& loader,
                                                         int limit) const {
  // As reported: of the same words twice in a row for one line, the first; the rest of a package after the last.
  struct Group {
    const Package* package;
    std::vector<const types::Diagnostic*> list;
    bool full = false;
  };
  std::vector<Group> groups;
  const types::Diagnostic* last = nullptr;
  const auto same_line = [&](Pos a, Pos b) {
    if (!a.known() || !b.known()) return a.known() == b.known();
    const auto p = session.sources.position(a), q = session.sources.position(b);
    return p.file == q.file && p.line == q.line;
  };
  for (const types::Diagnostic& d : items_) {
    const Package* package = loader.package_at(d.pos);
    auto group = std::find_if(groups.begin(), groups.end(), [&](const Group& g) { return g.package == package; });
    if (group == groups.end()) group = groups.insert(groups.end(), {package, {}, false});
    if (group->full || (last && last->message == d.message && same_line(last->pos, d.pos))) continue;
    last = &d;
    group->list.push_back(&d);
    group->full = limit > 0 && static_cast<int>(group->list.size()) == limit && !loader.packages_missing();
  }
  std::vector<Shown> out;
  for (Group& group : groups) {
    const Pos last_pos = group.list.back()->pos;
    std::sort(group.list.begin(), group.list.end(), [](const auto* a, const auto* b) {
      return a->pos != b->pos ? a->pos < b->pos : a < b;  // addresses: as reported
    });
    for (const types::Diagnostic* d : group.list) {
      if (!out.empty() && out.back().pos == d->pos && out.back().message == d->message) continue;
      out.push_back({group.package, d->pos, d->message});
    }
    if (group.full) out.push_back({group.package, last_pos, "too many errors"});
  }
  return out;
}

std::string DiagnosticList::text(const types::Session& session, const Loader& loader, std::string_view directory,
                                 int limit) const {
  std::string out;
  const Package* package = nullptr;
  for (const Shown& d : shown(session, loader, limit)) {
    if (d.package != package && d.package && !loader.packages_missing()) out += "# " + d.package->path + "\n";
    package = d.package;
    if (d.pos.known()) {
      out += short_path(session.sources.str(d.pos), directory, loader.packages_missing() ? "" : "./") + ": ";
    }
    out += shorten_message(d.message, directory) + "\n";
  }
  return out;
}

}  // namespace govm::load
