// A game loop: entities live in C++ arrays, Go code moves them in place each frame.
#include <cmath>
#include <cstdio>
#include <vector>

#include "bindings/govm.hpp"

struct Vec3 {
  double x, y, z;
};
struct Entity {
  Vec3 position, velocity;
  std::int64_t bounces;
};
template <>
inline constexpr auto govm::layout<Vec3> = govm::fields(govm::field("X", &Vec3::x), govm::field("Y", &Vec3::y), govm::field("Z", &Vec3::z));
template <>
inline constexpr auto govm::layout<Entity> = govm::fields(govm::field("Position", &Entity::position),
                                                          govm::field("Velocity", &Entity::velocity), govm::field("Bounces", &Entity::bounces));

namespace {

constexpr const char* kScript = R"(
package main

import "world"

func Update(entities []world.Entity, dt float64) {
	for i := range entities {
		e := &entities[i]
		e.Velocity.Y -= world.Gravity * dt
		e.Position.X += e.Velocity.X * dt
		e.Position.Y += e.Velocity.Y * dt
		if e.Position.Y < 0 {
			e.Position.Y, e.Velocity.Y = -e.Position.Y, -e.Velocity.Y
			e.Bounces++
			world.Sound("bounce")
		}
	}
}

func main() {}
)";

}  // namespace

int main() {
  govm::Vm vm;
  int sounds = 0;
  vm.module("world")
      .type<Vec3>("Vec3")
      .type<Entity>("Entity")
      .constant("Gravity", 9.81)
      .function("Sound", [&](std::string_view) { sounds++; });
  govm::Result<govm::Program> program = vm.load_source("game.go", kScript);
  if (!program) {
    std::puts(program.error().message.c_str());
    return 1;
  }
  auto update = program->function<void(govm::Borrowed<std::span<Entity>>, double)>("Update");
  std::vector<Entity> entities;
  for (int i = 0; i < 100; i++) entities.push_back({{0, 1.0 + i, 0}, {1, 0, 0}, 0});
  for (int frame = 0; frame < 600; frame++) {
    if (auto done = update(govm::borrow(std::span(entities)), 1.0 / 60); !done) {
      std::puts(done.error().message.c_str());
      return 1;
    }
  }
  std::int64_t bounces = 0;
  for (const Entity& e : entities) bounces += e.bounces;
  std::printf("x %.2f, %lld bounces, %d sounds\n", entities[0].position.x, static_cast<long long>(bounces), sounds);
  return bounces > 100 && bounces == sounds && std::abs(entities[0].position.x - 10) < 1e-9 ? 0 : 1;
}
