// An HTTP server: Asio does the network, handlers are Go functions. Requests are answered by several threads at once; a
// handler that panics would end the program, so the script recovers and answers 500.
#include <algorithm>
#include <boost/asio.hpp>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bindings/govm.hpp"

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr const char* kScript = R"(
package main

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"sync"
)

type handler func(path, body string) (string, error)

var routes = map[string]handler{
	"/upper": func(_, body string) (string, error) { return strings.ToUpper(body), nil },
	"/count": count,
	"/crash": func(_, body string) (string, error) { return body[100:], nil },
	"/words": func(_, body string) (string, error) {
		words := strings.Fields(body)
		sort.Strings(words)
		out, err := json.Marshal(words)
		return string(out), err
	},
}

var (
	lock   sync.Mutex
	visits = map[string]int{}
)

func count(_, who string) (string, error) {
	if who == "" {
		return "", fmt.Errorf("who?")
	}
	lock.Lock()
	defer lock.Unlock()
	visits[who]++
	return fmt.Sprint(visits[who]), nil
}

func Serve(path, body string) (status int, reply string) {
	defer func() {
		if r := recover(); r != nil {
			status, reply = 500, fmt.Sprint(r)
		}
	}()
	h := routes[path]
	if h == nil {
		return 404, "no " + path
	}
	reply, err := h(path, body)
	if err != nil {
		return 400, err.Error()
	}
	return 200, reply
}

func main() {}
)";

using Reply = std::tuple<std::int64_t, std::string>;
using Handler = govm::Function<Reply(std::string_view, std::string_view)>;

// One connection: a request, its answer, the next request.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, const Handler& handler) : socket_(std::move(socket)), handler_(handler) {}

  void read() {
    asio::async_read_until(socket_, asio::dynamic_buffer(in_), "\r\n\r\n", [self = shared_from_this()](auto error, std::size_t head) {
      if (!error) self->read_body(head);
    });
  }

 private:
  void read_body(std::size_t head) {
    std::string lower = in_.substr(0, head);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
    const std::size_t at = lower.find("content-length:");
    const std::size_t size = at == std::string::npos ? 0 : std::strtoul(lower.c_str() + at + 15, nullptr, 10);
    const std::size_t have = in_.size() - head;
    asio::async_read(socket_, asio::dynamic_buffer(in_), asio::transfer_exactly(size > have ? size - have : 0),
                     [self = shared_from_this(), head, size](auto error, std::size_t) {
                       if (!error) self->answer(head, size);
                     });
  }

  void answer(std::size_t head, std::size_t size) {
    const std::size_t path = in_.find(' ') + 1;
    const std::string_view target = std::string_view(in_).substr(path, in_.find(' ', path) - path);
    govm::Result<Reply> reply = handler_(target, std::string_view(in_).substr(head, size));
    const auto [status, body] = reply ? *reply : Reply(500, reply.error().message);
    out_ = "HTTP/1.1 " + std::to_string(status) + " -\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    in_.erase(0, head + size);
    asio::async_write(socket_, asio::buffer(out_), [self = shared_from_this()](auto error, std::size_t) {
      if (!error) self->read();
    });
  }

  tcp::socket socket_;
  const Handler& handler_;
  std::string in_, out_;
};

class Server {
 public:
  Server(asio::io_context& context, const Handler& handler) : acceptor_(context, {asio::ip::address_v4::loopback(), 0}), handler_(handler) { accept(); }
  tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }

 private:
  void accept() {
    acceptor_.async_accept([this](auto error, tcp::socket socket) {
      if (error) return;
      std::make_shared<Connection>(std::move(socket), handler_)->read();
      accept();
    });
  }
  tcp::acceptor acceptor_;
  const Handler& handler_;
};

// A client, for this example's own test: "200 body".
std::string ask(tcp::socket& socket, const std::string& path, const std::string& body) {
  const std::string request = "POST " + path + " HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  boost::system::error_code error;
  asio::write(socket, asio::buffer(request), error);
  std::string text;
  const std::size_t head = asio::read_until(socket, asio::dynamic_buffer(text), "\r\n\r\n", error);
  const std::size_t size = std::strtoul(text.c_str() + text.find("Length: ") + 8, nullptr, 10);
  if (text.size() < head + size) asio::read(socket, asio::dynamic_buffer(text), asio::transfer_exactly(head + size - text.size()), error);
  return text.substr(9, 3) + " " + text.substr(head);
}

}  // namespace

int main() {
  govm::Vm vm;
  govm::Result<govm::Program> program = vm.load_source("server.go", kScript);
  if (!program) {
    std::puts(program.error().message.c_str());
    return 1;
  }
  const Handler handler = program->function<Reply(std::string_view, std::string_view)>("Serve");
  asio::io_context context;
  Server server(context, handler);
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; i++) threads.emplace_back([&] { context.run(); });

  int wrong = 0;
  const auto expect = [&](const std::string& got, const std::string& want) {
    if (got == want) return;
    std::printf("got %s, not %s\n", got.c_str(), want.c_str());
    wrong++;
  };
  std::vector<std::thread> clients;
  for (int c = 0; c < 4; c++) {
    clients.emplace_back([&, c] {
      asio::io_context own;
      tcp::socket socket(own);
      socket.connect(server.endpoint());
      for (int i = 1; i <= 50; i++) expect(ask(socket, "/count", "client" + std::to_string(c)), "200 " + std::to_string(i));
    });
  }
  for (auto& c : clients) c.join();
  asio::io_context own;
  tcp::socket socket(own);
  socket.connect(server.endpoint());
  expect(ask(socket, "/upper", "hello"), "200 HELLO");
  expect(ask(socket, "/words", "to be or not"), "200 [\"be\",\"not\",\"or\",\"to\"]");
  expect(ask(socket, "/count", ""), "400 who?");
  expect(ask(socket, "/nothing", ""), "404 no /nothing");
  expect(ask(socket, "/crash", "x"), "500 runtime error: slice bounds out of range [100:1]");
  expect(ask(socket, "/upper", std::string(100000, 'a')), "200 " + std::string(100000, 'A'));
  context.stop();
  for (auto& t : threads) t.join();
  std::printf("%d surprises\n", wrong);
  return wrong != 0;
}
