#include "rtp-pool-object.h"

#include <utility>

#include "js-error.h"
#include "options.h"
#include "rtp-pool-values.h"

namespace porthole {

namespace {

constexpr int kMostPort = 65'535;
/// As a sanity check: a pool lives on, whatever it is told.
constexpr double kMostRate = 1e12;
constexpr double kLatestTime = 1e15;

std::uint32_t IdValue(const Napi::Value& value) {
	return static_cast<std::uint32_t>(NumberValue(value, "id", 0, 4'294'967'295.0));
}

std::uint16_t PortValue(const Napi::Value& value, int least) {
	return static_cast<std::uint16_t>(IntegerValue(value, "port", least, kMostPort));
}

SocketAddress AddressValue(const Napi::Value& address, const Napi::Value& port) {
	const auto remote = SocketAddress::From(TextValue(address, "address"), PortValue(port, 1));
	if (!remote) throw NativeError("invalid-argument", "\"address\" must be a numeric IP address.");
	return *remote;
}

}  // namespace

Napi::Function RtpPoolObject::Define(Napi::Env env) {
	return DefineClass(env, "RtpPool", {
		InstanceMethod("openSocket", &RtpPoolObject::OpenSocket),
		InstanceMethod("closeSocket", &RtpPoolObject::CloseSocket),
		InstanceMethod("sendDatagram", &RtpPoolObject::SendDatagram),
		InstanceMethod("openFeed", &RtpPoolObject::OpenFeed),
		InstanceMethod("closeFeed", &RtpPoolObject::CloseFeed),
		InstanceMethod("push", &RtpPoolObject::Push),
		InstanceMethod("openSender", &RtpPoolObject::OpenSender),
		InstanceMethod("closeSender", &RtpPoolObject::CloseSender),
		InstanceMethod("follow", &RtpPoolObject::Follow),
		InstanceMethod("setPace", &RtpPoolObject::SetPace),
		InstanceMethod("probe", &RtpPoolObject::Probe),
		InstanceMethod("report", &RtpPoolObject::Report),
		InstanceMethod("setNoRoute", &RtpPoolObject::SetNoRoute),
		InstanceMethod("setUdpRoute", &RtpPoolObject::SetUdpRoute),
		InstanceMethod("setScriptRoute", &RtpPoolObject::SetScriptRoute),
		InstanceMethod("setQueued", &RtpPoolObject::SetQueued),
		InstanceMethod("receive", &RtpPoolObject::Receive),
		InstanceMethod("stats", &RtpPoolObject::Stats),
		InstanceMethod("take", &RtpPoolObject::Take),
		InstanceMethod("stopClockAt", &RtpPoolObject::StopClockAt),
		InstanceMethod("settle", &RtpPoolObject::Settle),
		InstanceMethod("close", &RtpPoolObject::Close),
	});
}

RtpPoolObject::RtpPoolObject(const Napi::CallbackInfo& info) : NativeObject(info) {
	WithJsErrors(info.Env(), [&] {
		on_events_.emplace(FunctionOption(OptionsArgument(info), "onEvents"));
		waker_ = std::make_unique<JsWaker>(info.Env(), "porthole senders", [this](Napi::Env env) {
			const Napi::HandleScope scope(env);
			on_events_->Call(env, env.Undefined());
		});
		pool_ = std::make_unique<RtpPool>([this] { waker_->Wake(); });
	});
	Opened();
}

void RtpPoolObject::CloseNative() {
	pool_->Close();
	waker_->Close();
	on_events_.reset();
	pool_.reset();
}

template <typename Body>
void RtpPoolObject::IfOpen(const Napi::CallbackInfo& info, Body body) {
	if (open()) WithJsErrors(info.Env(), body);
}

Napi::Value RtpPoolObject::OpenSocket(const Napi::CallbackInfo& info) {
	return WithJsErrors(info.Env(), [&]() -> Napi::Value {
		if (!open()) throw NativeError("pool-closed", "A closed pool opens no sockets.");
		const auto socket = pool_->OpenSocket(TextValue(info[0], "address"), PortValue(info[1], 0));
		Napi::Object object = Napi::Object::New(info.Env());
		object.Set("id", socket.id);
		object.Set("port", socket.port);
		object.Set("joinsPackets", socket.joins_packets);
		return object;
	});
}

void RtpPoolObject::CloseSocket(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] { pool_->CloseSocket(IdValue(info[0])); });
}

void RtpPoolObject::SendDatagram(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] {
		const Bytes packet = BytesValue(info[1], "packet");
		const double length = NumberValue(info[2], "length", 0, static_cast<double>(packet.size()));
		pool_->SendDatagram(
			IdValue(info[0]), packet.first(static_cast<std::size_t>(length)), AddressValue(info[3], info[4]));
	});
}

Napi::Value RtpPoolObject::OpenFeed(const Napi::CallbackInfo& info) {
	return Napi::Number::New(info.Env(), open() ? pool_->OpenFeed() : 0);
}

void RtpPoolObject::CloseFeed(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] { pool_->CloseFeed(IdValue(info[0])); });
}

void RtpPoolObject::Push(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] {
		const UnitTime time{
			.capture_time = NumberValue(info[2], "captureTime", 0, kLatestTime),
			.rtp_timestamp = WordValue(info[3], "rtpTimestamp"),
			.keyframe = info[4].ToBoolean(),
		};
		pool_->Push(IdValue(info[0]), BytesValue(info[1], "data"), time);
	});
}

Napi::Value RtpPoolObject::OpenSender(const Napi::CallbackInfo& info) {
	return WithJsErrors(info.Env(), [&]() -> Napi::Value {
		if (!open()) return Napi::Number::New(info.Env(), 0);
		const Napi::Object options = OptionsArgument(info);
		return Napi::Number::New(info.Env(),
			pool_->OpenSender(TermsValue(options), KeysValue(options.Get("local")), KeysValue(options.Get("remote")),
				PaceValue(options.Get("pace"))));
	});
}

void RtpPoolObject::CloseSender(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] { pool_->CloseSender(IdValue(info[0])); });
}

void RtpPoolObject::Follow(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] { pool_->Follow(IdValue(info[0]), IdValue(info[1])); });
}

void RtpPoolObject::SetPace(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] { pool_->SetPace(IdValue(info[0]), PaceValue(info[1])); });
}

void RtpPoolObject::Probe(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] {
		const double rate = NumberValue(info[1], "rate", 0, kMostRate);
		pool_->Probe(IdValue(info[0]), rate, NumberValue(info[2], "bytes", 0, kMostRate));
	});
}

void RtpPoolObject::Report(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] { pool_->Report(IdValue(info[0])); });
}

void RtpPoolObject::SetNoRoute(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] { pool_->SetNoRoute(IdValue(info[0])); });
}

void RtpPoolObject::SetUdpRoute(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] { pool_->SetUdpRoute(IdValue(info[0]), IdValue(info[1]), AddressValue(info[2], info[3])); });
}

void RtpPoolObject::SetScriptRoute(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] { pool_->SetScriptRoute(IdValue(info[0])); });
}

void RtpPoolObject::SetQueued(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] {
		pool_->SetQueued(
			IdValue(info[0]), static_cast<std::size_t>(NumberValue(info[1], "bytes", 0, 4'294'967'295.0)));
	});
}

Napi::Value RtpPoolObject::Receive(const Napi::CallbackInfo& info) {
	bool genuine = false;
	IfOpen(info, [&] { genuine = pool_->Receive(IdValue(info[0]), BytesValue(info[1], "packet")); });
	return Napi::Boolean::New(info.Env(), genuine);
}

Napi::Value RtpPoolObject::Stats(const Napi::CallbackInfo& info) {
	const SenderCounters* counters = nullptr;
	IfOpen(info, [&] { counters = pool_->Counters(IdValue(info[0])); });
	return counters == nullptr ? info.Env().Undefined() : CountersToJs(info.Env(), *counters);
}

Napi::Value RtpPoolObject::Take(const Napi::CallbackInfo& info) {
	if (!open()) return info.Env().Undefined();
	return EventsToJs(info.Env(), pool_->events().Take());
}

void RtpPoolObject::StopClockAt(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] { pool_->StopClockAt(NumberValue(info[0], "time", 0, kLatestTime)); });
}

void RtpPoolObject::Settle(const Napi::CallbackInfo& info) {
	IfOpen(info, [&] { pool_->Settle(); });
}

}  // namespace porthole
