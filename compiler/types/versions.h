// Versions of a package: what is checked anew, to take the place of an earlier check of the same import path.
#pragma once

#include <span>
#include <utility>

#include "compiler/types/checker.h"

namespace govm::types {

struct PackageVersions {
  Package* old;
  Package* fresh;
};

// Finds the declared types of `fresh` that are what they were: same name, type parameters, underlying type, and methods
// (names and signatures), where types found so count as the same. From then on they are identical to the old ones and have
// the same canonical type. All packages without errors, and before anything else looks at the fresh ones' types.
void pair_versions(Session& session, std::span<const PackageVersions> packages);

// The function or method of the old package that `fresh` takes the place of: same name, same type, a receiver of the same
// type. Null: there is none. After pair_versions.
Func* earlier_version(const PackageVersions& package, Func* fresh);
// Likewise the variable.
Var* earlier_version(const PackageVersions& package, Var* fresh);

}  // namespace govm::types
