// Calls between C++ and Go, and values that C++ keeps of Go. Part of govm.hpp.
//
//   C++                                          Go
//   bool, integers, float, double, enums         the type of that size: std::int64_t is int64 or int, int is int32
//   std::string, std::string_view, const char*   string (copied)
//   std::vector<T>, std::span<T>                 []T (copied; bytes: of std::byte or std::uint8_t)
//   govm::borrow(view or span)                   string, []T, in place
//   std::array<T, N>                             [N]T
//   std::map, std::unordered_map                 map[K]V (copied)
//   struct with a govm::layout                   struct of the same fields (bytes are copied); T*: *T, shared
//   std::function, govm::Function                func
//   govm::Channel<T>                             chan T
//   govm::Value                                  anything Go has, kept alive
//   govm::Handle                                 any: an object of C++ that Go passes around
//   std::tuple<...> as result                    several results
//   Result<T> as result (C++ functions)          (T, error). Go's functions: R also stands for (R, error)
//
// Views and spans that a C++ function is given by Go are valid until it returns.
#pragma once

#include <any>
#include <optional>
#include <variant>

#include "bindings/detail/codec.h"

namespace govm {

// A value of Go that C++ holds on to: the collector keeps what it refers to. Copies share it. May outlive calls, not its
// Vm: then it is empty. Can be given to any parameter of its type, or of an interface type it implements.
class Value {
 public:
  Value() = default;                               // nil
  explicit operator bool() const { return root_ != nullptr; }
  std::string type() const;                        // as Go prints it: "*main.Entity"; "" for nil

 private:
  friend Value detail::load_value(detail::Env&, const detail::Plan&, const void*);
  friend void detail::store_value(detail::Env&, void*, const detail::Plan&, const Value&);
  std::shared_ptr<detail::Root> root_;
};

// An object of C++ that Go code passes around as an `any` and cannot look into. It is destroyed when neither side refers
// to it any more.
class Handle {
 public:
  Handle() = default;                              // nil
  template <typename T>
  explicit Handle(std::shared_ptr<T> object) : object_(std::move(object)) {}
  explicit operator bool() const { return object_.has_value(); }
  // The object, or null if it is of another type.
  template <typename T>
  std::shared_ptr<T> as() const {
    const auto* p = std::any_cast<std::shared_ptr<T>>(&object_);
    return p != nullptr ? *p : nullptr;
  }

 private:
  friend Handle detail::load_handle(detail::Env&, const detail::Plan&, const void*);
  friend void detail::store_handle(detail::Env&, void*, const detail::Plan&, const Handle&);
  std::any object_;
};

namespace detail {

// One call from C++: enters the Vm, holds arguments and results, leaves. Out of line but for the slots.
class Calling {
 public:
  explicit Calling(const Callee& callee);          // enters
  ~Calling() { if (entered_) leave(); }
  Calling(const Calling&) = delete;
  bool entered() const { return entered_; }
  std::uint64_t* slots() const { return slots_; }  // arguments; after run, results
  Env& env() { return env_; }
  const Plan* plans() const { return plans_; }     // of parameters, then of results
  bool run();                                      // false: it failed
  Error take_error();

 private:
  void leave();
  const Callee& callee_;
  void* seat_ = nullptr;
  std::uint64_t* slots_ = nullptr;
  const Plan* plans_ = nullptr;
  bool entered_ = false;
  Env env_{};
  std::shared_ptr<void> held_;
  std::optional<Error> error_;
};

template <typename R>
struct ResultReader {
  static R read(Env& env, const Plan* plans, const std::uint64_t* at) { return Codec<R>::from_go(env, plans[0], at); }
};
template <typename... R>
struct ResultReader<std::tuple<R...>> {
  static std::tuple<R...> read(Env& env, const Plan* plans, const std::uint64_t* at) {
    std::size_t i = 0;
    return std::tuple<R...>{next<R>(env, plans[i++], at)...};   // in order: a braced list
  }
  template <typename T>
  static T next(Env& env, const Plan& plan, const std::uint64_t*& at) {
    const std::uint64_t* here = at;
    at += slots_of<T>(plan);
    return Codec<T>::from_go(env, plan, here);
  }
};

const Error* error_of(const Callee& callee);       // null: it was resolved

// A call from Go into C++: the arguments, then what came of it.
struct HostInvocation {
  virtual ~HostInvocation() = default;
  virtual void call() = 0;                         // outside of the Vm; may throw
  virtual const std::string* failure() const = 0;  // the error that Go gets, or null
  virtual void finish(Env& env, const Plan* plans, std::uint64_t* results) = 0;   // in the Vm, unless it failed
};
// A C++ function as Go sees it.
struct HostFunction {
  explicit HostFunction(const Shape& s) : shape(s) {}
  virtual ~HostFunction() = default;
  // Reads the arguments, in the Vm. `memory`: kInvocationBytes to build the invocation in.
  virtual HostInvocation* begin(Env& env, const std::uint64_t* arguments, void* memory) = 0;
  const Shape& shape;
  std::vector<Plan> plans;                         // of parameters, then of results
};
inline constexpr std::size_t kInvocationBytes = 512;

template <typename R>
struct ResultWriter {
  static void write(Env& env, const Plan* plans, std::uint64_t* at, const R& r) { put_slots(env, plans[0], at, r); }
};
template <typename... R>
struct ResultWriter<std::tuple<R...>> {
  static void write(Env& env, const Plan* plans, std::uint64_t* at, const std::tuple<R...>& r) {
    std::apply([&](const R&... each) { ((put_slots(env, *plans, at, each), at += slots_of<R>(*plans), plans++), ...); }, r);
  }
};

template <typename R>
struct Kept { using type = R; };
template <> struct Kept<void> { using type = std::monostate; };
template <typename R> struct Kept<Result<R>> : Kept<R> {};
template <typename R> inline constexpr bool is_result = false;
template <typename R> inline constexpr bool is_result<Result<R>> = true;

template <typename F, typename R, typename... Args>
class HostFunctionOf final : public HostFunction {
 public:
  explicit HostFunctionOf(F f) : HostFunction(shape_of<R(Args...)>()), f_(std::move(f)) {}

  HostInvocation* begin(Env& env, const std::uint64_t* arguments, void* memory) override {
    static_assert(sizeof(Invocation) <= kInvocationBytes && alignof(Invocation) <= 16, "too many arguments");
    return new (memory) Invocation(f_, env, plans.data(), arguments);
  }

 private:
  struct Invocation final : HostInvocation {
    using Arguments = std::tuple<std::remove_cvref_t<Args>...>;
    Invocation(F& f, Env& env, const Plan* plans, const std::uint64_t* at) : function(f), arguments(read(env, plans, at)) {}
    template <typename T>
    static T next(Env& env, const Plan* plans, const std::uint64_t*& at) {
      const std::uint64_t* here = at;
      at += slots_of<T>(*plans);
      return Codec<T>::from_go(env, *plans, here);
    }
    static Arguments read([[maybe_unused]] Env& env, [[maybe_unused]] const Plan* plans, [[maybe_unused]] const std::uint64_t* at) {
      return Arguments{next<std::remove_cvref_t<Args>>(env, plans++, at)...};   // in order: a braced list
    }
    void call() override {
      if constexpr (std::is_void_v<R>) {
        std::apply(function, arguments);
      } else if constexpr (is_result<R>) {
        R r = std::apply(function, arguments);
        if (!r.ok()) {
          error = r.error().message;
        } else if constexpr (!std::is_same_v<R, Result<void>>) {
          result.emplace(std::move(r.value()));
        }
      } else {
        result.emplace(std::apply(function, arguments));
      }
    }
    const std::string* failure() const override { return error ? &*error : nullptr; }
    void finish([[maybe_unused]] Env& env, [[maybe_unused]] const Plan* plans, [[maybe_unused]] std::uint64_t* results) override {
      if constexpr (!std::is_same_v<typename Kept<R>::type, std::monostate>) {
        ResultWriter<typename Kept<R>::type>::write(env, plans + sizeof...(Args), results, *result);
      }
    }
    F& function;
    Arguments arguments;
    std::optional<typename Kept<R>::type> result;
    std::optional<std::string> error;
  };
  F f_;
};

template <typename F>
struct HostFunctionMaker;
template <typename R, typename... Args>
struct HostFunctionMaker<std::function<R(Args...)>> {
  template <typename F>
  static std::unique_ptr<HostFunction> make(F f) { return std::make_unique<HostFunctionOf<F, R, Args...>>(std::move(f)); }
};
// Any callable that has one signature.
template <typename F>
std::unique_ptr<HostFunction> make_host_function(F f) {
  return HostFunctionMaker<decltype(std::function(f))>::make(std::move(f));
}

}  // namespace detail

// A Go function callable from C++: a declared one, or a func value. Copies refer to the same function. Any number of
// threads may call it at once. The first call in a Vm runs the initialisers of the packages.
template <typename R, typename... Args>
class Function<R(Args...)> {
 public:
  using Returned = std::conditional_t<std::is_same_v<typename detail::Kept<R>::type, std::monostate>, void, typename detail::Kept<R>::type>;

  explicit Function(std::shared_ptr<const detail::Callee> callee) : callee_(std::move(callee)) {}

  // Whether there is such a function of these types; else error() says what is wrong, and so does every call.
  bool ok() const { return detail::error_of(*callee_) == nullptr; }
  explicit operator bool() const { return ok(); }
  const Error& error() const { return *detail::error_of(*callee_); }

  // Calls it. The function runs on a goroutine while the calling thread works for the Vm. An error it returns, a panic,
  // os.Exit, a deadlock or a limit comes back as an error with Go's text.
  Result<Returned> operator()(const std::remove_cvref_t<Args>&... args) const {
    detail::Calling calling(*callee_);
    if (!calling.entered()) return calling.take_error();
    [[maybe_unused]] std::uint64_t* at = calling.slots();
    [[maybe_unused]] const detail::Plan* plan = calling.plans();
    ((detail::put_slots(calling.env(), *plan, at, args), at += detail::slots_of<std::remove_cvref_t<Args>>(*plan), plan++), ...);
    if (!calling.run()) return calling.take_error();
    if constexpr (std::is_void_v<Returned>) {
      return {};
    } else {
      return detail::ResultReader<Returned>::read(calling.env(), plan, calling.slots());
    }
  }

 private:
  friend struct detail::Codec<Function>;
  std::shared_ptr<const detail::Callee> callee_;
};

namespace detail {
struct ChannelRef;
std::shared_ptr<ChannelRef> load_channel(Env& env, const Plan& plan, const void* memory);
void store_channel(Env& env, void* memory, const ChannelRef* channel);
const Callee& channel_operation(const ChannelRef& channel, bool send);
const Plan& element_plan(const ChannelRef& channel);
void* channel_box(Env& env, const ChannelRef& channel, std::uint64_t* slots, bool send, bool block);
Result<void> close_channel(const ChannelRef& channel);
}  // namespace detail

// A Go channel. Any thread may send and receive; waiting threads work for the Vm. While C++ has one, a program whose
// goroutines all wait is no deadlock: the host may go on with it.
template <typename T>
class Channel {
 public:
  Channel() = default;                             // nil
  explicit operator bool() const { return ref_ != nullptr; }

  // Waits until the value is taken, or has room. Errors: closed (a panic in Go), the program has ended.
  Result<void> send(const T& value) const {
    Result<bool> sent = put(value, true);
    if (!sent) return sent.error();
    return {};
  }
  Result<bool> try_send(const T& value) const { return put(value, false); }       // false: it would wait
  // Waits for a value. Nothing: the channel is closed and empty.
  Result<std::optional<T>> receive() const {
    bool ready = false;
    return take(true, ready);
  }
  // As receive. ready: whether it did not have to wait.
  Result<std::optional<T>> try_receive(bool& ready) const { return take(false, ready); }
  Result<void> close() const { return detail::close_channel(*ref_); }

 private:
  friend struct detail::Codec<Channel>;
  Result<bool> put(const T& value, bool block) const {
    detail::Calling calling(detail::channel_operation(*ref_, true));
    if (!calling.entered()) return calling.take_error();
    void* box = detail::channel_box(calling.env(), *ref_, calling.slots(), true, block);
    if (box != nullptr) detail::Codec<T>::to_go(calling.env(), detail::element_plan(*ref_), box, value);
    if (!calling.run()) return calling.take_error();
    return (*calling.slots() & 1) != 0;
  }
  Result<std::optional<T>> take(bool block, bool& ready) const {
    detail::Calling calling(detail::channel_operation(*ref_, false));
    if (!calling.entered()) return calling.take_error();
    void* box = detail::channel_box(calling.env(), *ref_, calling.slots(), false, block);
    if (!calling.run()) return calling.take_error();
    ready = (calling.slots()[0] & 1) != 0;
    if ((calling.slots()[1] & 1) == 0) return std::optional<T>();
    return std::optional<T>(detail::Codec<T>::from_go(calling.env(), detail::element_plan(*ref_), box));
  }
  std::shared_ptr<detail::ChannelRef> ref_;
};

namespace detail {

template <>
struct Codec<Value> {
  static void to_go(Env& env, const Plan& plan, void* memory, const Value& v) { store_value(env, memory, plan, v); }
  static Value from_go(Env& env, const Plan& plan, const void* memory) { return load_value(env, plan, memory); }
};
template <>
struct Codec<Handle> {
  static void to_go(Env& env, const Plan& plan, void* memory, const Handle& v) { store_handle(env, memory, plan, v); }
  static Handle from_go(Env& env, const Plan& plan, const void* memory) { return load_handle(env, plan, memory); }
};
template <typename T>
struct Codec<Channel<T>> {
  static void to_go(Env& env, const Plan&, void* memory, const Channel<T>& v) { store_channel(env, memory, v.ref_.get()); }
  static Channel<T> from_go(Env& env, const Plan& plan, const void* memory) {
    Channel<T> channel;
    channel.ref_ = load_channel(env, plan, memory);
    return channel;
  }
};
template <typename R, typename... Args>
struct Codec<std::function<R(Args...)>> {
  static void to_go(Env& env, const Plan& plan, void* memory, const std::function<R(Args...)>& v) {
    if (v) store_function(env, memory, plan, shape_of<R(Args...)>(), make_host_function(v));
  }
  static std::function<R(Args...)> from_go(Env& env, const Plan& plan, const void* memory) {
    static_assert(is_result<R>, "a Go function may fail: take a govm::Function, or a std::function that returns a Result");
    return Function<R(Args...)>(load_function(env, plan, shape_of<R(Args...)>(), memory));
  }
};
template <typename R, typename... Args>
struct Codec<Function<R(Args...)>> {
  static void to_go(Env& env, const Plan&, void* memory, const Function<R(Args...)>& v) { store_callee(env, memory, *v.callee_); }
  static Function<R(Args...)> from_go(Env& env, const Plan& plan, const void* memory) {
    return Function<R(Args...)>(load_function(env, plan, shape_of<R(Args...)>(), memory));
  }
};

}  // namespace detail
}  // namespace govm
