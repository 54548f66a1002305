#import <Foundation/Foundation.h>
#include <xpc/xpc.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

#include "clock.h"
#include "simulator/core-simulator.h"
#include "simulator/input-event.h"
#include "simulator/simulator-input.h"

namespace porthole {

namespace {

// Dictionaries that dtuhidd reads. Whole numbers are unsigned and of 64 bits, places are doubles; whatever else is
// refused by the other side without a word.

/// Service inside the simulator; also named in every message.
constexpr const char* kDtuhidService = "com.apple.coredevice.feature.remote.hid.digitizer";

constexpr std::uint64_t kDown = 1;
constexpr std::uint64_t kUp = 2;
/// The main screen.
constexpr std::uint64_t kTarget = 0;

std::uint64_t StateOf(bool down) { return down ? kDown : kUp; }

xpc_object_t Dictionary() { return xpc_dictionary_create(nullptr, nullptr, 0); }

xpc_object_t Place(const TouchPlace& place) {
	xpc_object_t point = Dictionary();
	xpc_dictionary_set_double(point, "x", place.x);
	xpc_dictionary_set_double(point, "y", place.y);
	return point;
}

xpc_object_t Envelope(const char* type, xpc_object_t payload, bool barrier = false) {
	xpc_object_t message = Dictionary();
	xpc_dictionary_set_string(message, "messageType", type);
	xpc_dictionary_set_bool(message, "isBarrier", barrier);
	xpc_dictionary_set_string(message, "featureIdentifier", kDtuhidService);
	xpc_dictionary_set_value(message, "payload", payload);
	return message;
}

xpc_object_t KeyPayload(std::uint64_t usage, bool down) {
	xpc_object_t payload = Dictionary();
	xpc_dictionary_set_uint64(payload, "usageCode", usage);
	xpc_dictionary_set_uint64(payload, "state", StateOf(down));
	return payload;
}

/// `event_type` as DigitizerContact tells it.
xpc_object_t MakeDigitizerMessage(const Touch& touch, std::uint64_t event_type) {
	xpc_object_t payload = Dictionary();
	xpc_dictionary_set_value(payload, "pointOne", Place(touch.places[0]));
	if (touch.fingers > 1) xpc_dictionary_set_value(payload, "pointTwo", Place(touch.places[1]));
	xpc_dictionary_set_uint64(payload, "eventType", event_type);
	xpc_dictionary_set_uint64(payload, "edge", DtuhidEdge(touch.edge));
	xpc_dictionary_set_uint64(payload, "target", kTarget);
	return Envelope("IndigoDigitizerEvent", payload);
}

xpc_object_t MakeKeyMessage(const KeyEvent& key) {
	return Envelope("IndigoKeyboardButtonEvent", KeyPayload(key.usage, key.down));
}

xpc_object_t MakeButtonMessage(const ButtonEvent& button) {
	xpc_object_t payload = Dictionary();
	xpc_dictionary_set_uint64(payload, "usagePage", button.page);
	xpc_dictionary_set_uint64(payload, "usageCode", button.usage);
	xpc_dictionary_set_uint64(payload, "state", StateOf(button.down));
	return Envelope("IndigoButtonEvent", payload);
}

/// A key event of no key, which is answered once the service is ready for others.
xpc_object_t MakeBarrierMessage() { return Envelope("IndigoKeyboardButtonEvent", KeyPayload(0, false), true); }

// dtuhidd is started by the first message and ends by itself while a boot is young; launchd then starts it again only
// some seconds later. Messages to one that does not run vanish, so an answer is waited for before anything is sent.
constexpr int kMaxAttempts = 5;
constexpr double kAnswerMs = 4000;
constexpr double kBetweenAttemptsMs = 4000;
/// From the answer until the devices that take the input are there.
constexpr double kSettleMs = 200;
/// Closing the connection takes its input back if that was not read yet.
constexpr double kDrainMs = 80;
constexpr int kMaxWaiting = 1024;

typedef xpc_endpoint_t (*EndpointFromPort)(mach_port_t, std::uint64_t, std::uint64_t)
	__attribute__((ns_returns_retained));
using EnableSimToHost = void (*)(xpc_connection_t);

/// The connection and what waits for it. All but `End` and `Silence` happens on its queue.
class DtuhidConnection : public std::enable_shared_from_this<DtuhidConnection> {
public:
	DtuhidConnection(const PrivateFrameworks& frameworks, id<PrivateSimDevice> device, SimulatorInput::OnEnd on_end)
		: endpoint_from_port_(frameworks.Require<EndpointFromPort>(PrivateSymbol::kEndpointFromPort)),
		  enable_(frameworks.Require<EnableSimToHost>(PrivateSymbol::kEnableSimToHost)),
		  device_(device),
		  on_end_(std::move(on_end)) {}

	dispatch_queue_t queue() const { return queue_; }

	void Connect() {
		if (closed_) return;
		const int attempt = ++attempt_;
		try {
			Open(attempt);
		} catch (const NativeError& error) {
			return Failed(attempt, error);
		}
		const std::shared_ptr<DtuhidConnection> self = shared_from_this();
		xpc_connection_send_message_with_reply(connection_, MakeBarrierMessage(), queue_, ^(xpc_object_t reply) {
			self->Run([&] {
				if (xpc_get_type(reply) == XPC_TYPE_ERROR) return self->Failed(attempt, Unresponsive());
				self->After(kSettleMs, [self, attempt] { self->Ready(attempt); });
			});
		});
		After(kAnswerMs + kSettleMs, [self, attempt] {
			if (!self->ready_) self->Failed(attempt, Unresponsive());
		});
	}

	void Take(const SimulatorEvent& event) {
		if (closed_) return;
		if (ready_) return Write(event);
		backlog_.Push(event, MonotonicMs());
	}

	void Close() {
		closed_ = true;
		xpc_connection_t connection = std::exchange(connection_, nullptr);
		if (connection == nullptr) return;
		After(ready_ ? kDrainMs : 0, [connection] { xpc_connection_cancel(connection); });
	}

	/// Any thread.
	void End(const NativeError& why) {
		const std::lock_guard lock(end_mutex_);
		// Under the lock, so that none is called when `Silence` has returned.
		if (const SimulatorInput::OnEnd ended = std::exchange(on_end_, nullptr)) ended(why);
	}

	/// Runs a block's work; what goes wrong with it is the end of the input.
	template <typename Body>
	void Run(Body body) {
		OnQueue("simulator input", body, [this](const NativeError& why) { End(why); });
	}

	/// Any thread: nobody wants to know of an end any more.
	void Silence() {
		const std::lock_guard lock(end_mutex_);
		on_end_ = nullptr;
	}

private:
	static NativeError Unresponsive() {
		return {"input-unresponsive",
			"The simulator's input service (dtuhidd) does not answer. Shut the simulator down and "
			"boot it again."};
	}

	void Open(int attempt) {
		// The endpoint keeps the port's right: who else closes it is not known, so that it is not given back here.
		const mach_port_t port = LookUpService(device_, kDtuhidService, "no-input-service");
		xpc_endpoint_t endpoint = endpoint_from_port_(port, 0, 0);
		if (endpoint == nullptr) throw Unresponsive();
		connection_ = xpc_connection_create_from_endpoint(endpoint);
		// Without it the service sees the connection, but nothing that is sent.
		enable_(connection_);
		xpc_connection_set_target_queue(connection_, queue_);
		const std::weak_ptr<DtuhidConnection> weak = weak_from_this();
		xpc_connection_set_event_handler(connection_, ^(xpc_object_t event) {
			const std::shared_ptr<DtuhidConnection> self = weak.lock();
			if (self && xpc_get_type(event) == XPC_TYPE_ERROR) self->Run([&] { self->Lost(attempt); });
		});
		xpc_connection_resume(connection_);
	}

	void Ready(int attempt) {
		if (closed_ || attempt != attempt_ || connection_ == nullptr) return;
		ready_ = true;
		for (const SimulatorEvent& event : backlog_.Take(MonotonicMs())) Write(event);
	}

	void Lost(int attempt) {
		if (closed_ || attempt != attempt_ || connection_ == nullptr) return;
		if (!ready_) return Failed(attempt, Unresponsive());
		ready_ = false;
		connection_ = nullptr;
		End(NativeError("input-lost", "The simulator's input service (dtuhidd) is gone."));
	}

	void Failed(int attempt, const NativeError& why) {
		if (closed_ || ready_ || attempt != attempt_ || failed_attempt_ == attempt) return;
		failed_attempt_ = attempt;
		if (xpc_connection_t connection = std::exchange(connection_, nullptr)) xpc_connection_cancel(connection);
		if (attempt >= kMaxAttempts) return End(why);
		const std::shared_ptr<DtuhidConnection> self = shared_from_this();
		After(kBetweenAttemptsMs, [self] { self->Connect(); });
	}

	void Write(const SimulatorEvent& event) {
		xpc_object_t message = nullptr;
		if (const Touch* touch = std::get_if<Touch>(&event)) {
			const auto type = (touch->fingers > 1 ? two_fingers_ : one_finger_).Next(touch->phase);
			if (!type) return;
			message = MakeDigitizerMessage(*touch, *type);
		} else if (const KeyEvent* key = std::get_if<KeyEvent>(&event)) {
			message = MakeKeyMessage(*key);
		} else {
			message = MakeButtonMessage(std::get<ButtonEvent>(event));
		}
		xpc_connection_send_message(connection_, message);
	}

	template <typename Body>
	void After(double ms, Body body) {
		const std::shared_ptr<DtuhidConnection> self = shared_from_this();
		dispatch_after(dispatch_time(DISPATCH_TIME_NOW, static_cast<int64_t>(ms * NSEC_PER_MSEC)), queue_,
			^{ self->Run(body); });
	}

	const EndpointFromPort endpoint_from_port_;
	const EnableSimToHost enable_;
	id<PrivateSimDevice> const device_;
	const dispatch_queue_t queue_ = dispatch_queue_create("porthole simulator input",
		dispatch_queue_attr_make_with_qos_class(DISPATCH_QUEUE_SERIAL, QOS_CLASS_USER_INTERACTIVE, 0));
	xpc_connection_t connection_ = nullptr;
	int attempt_ = 0;
	int failed_attempt_ = 0;
	bool ready_ = false;
	bool closed_ = false;
	InputBacklog backlog_;
	DigitizerContact one_finger_;
	DigitizerContact two_fingers_;
	std::mutex end_mutex_;
	SimulatorInput::OnEnd on_end_;
};

class DtuhidInput : public SimulatorInput {
public:
	explicit DtuhidInput(std::shared_ptr<DtuhidConnection> connection) : connection_(std::move(connection)) {
		const std::shared_ptr<DtuhidConnection> held = connection_;
		dispatch_async(held->queue(), ^{ held->Run([&] { held->Connect(); }); });
	}

	~DtuhidInput() override { Close(); }

	void Give(const Touch& touch) override { Pass(touch); }
	void Give(const KeyEvent& key) override { Pass(key); }
	void Give(const ButtonEvent& button) override {
		RefuseHarmfulButton(button.page, button.usage);
		Pass(button);
	}

	void Close() override {
		const std::shared_ptr<DtuhidConnection> held = std::exchange(connection_, nullptr);
		if (!held) return;
		held->Silence();
		dispatch_async(held->queue(), ^{ held->Run([&] { held->Close(); }); });
	}

private:
	void Pass(SimulatorEvent event) {
		const std::shared_ptr<DtuhidConnection> held = connection_;
		const std::shared_ptr<std::atomic<int>> waiting = waiting_;
		if (!held) return;
		if (waiting->fetch_add(1) >= kMaxWaiting) {
			waiting->fetch_sub(1);
			throw NativeError("input-overloaded",
				"The simulator does not keep up with its input; what came last was not given.");
		}
		dispatch_async(held->queue(), ^{
			waiting->fetch_sub(1);
			held->Run([&] { held->Take(event); });
		});
	}

	std::shared_ptr<DtuhidConnection> connection_;
	std::shared_ptr<std::atomic<int>> waiting_ = std::make_shared<std::atomic<int>>(0);
};

}  // namespace

std::unique_ptr<SimulatorInput> OpenDtuhidInput(const SimulatorSet& set, const std::string& udid,
	SimulatorInput::OnEnd on_end) {
	const SimulatorDevices& devices = set.devices();
	id<PrivateSimDevice> device = devices.Find(udid);
	RequireState(device, DeviceState::kBooted, "given input");
	RequireSelector(device, PrivateSelector::kLookup);
	return std::make_unique<DtuhidInput>(
		std::make_shared<DtuhidConnection>(devices.frameworks(), device, std::move(on_end)));
}

}  // namespace porthole
