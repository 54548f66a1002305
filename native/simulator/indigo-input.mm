#import <Foundation/Foundation.h>
#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "simulator/core-simulator.h"
#include "simulator/indigo-builders.h"
#include "simulator/objective-c.h"
#include "simulator/private-api.h"
#include "simulator/private-frameworks.h"
#include "simulator/simulator-input.h"

namespace porthole {

namespace {

/// Sends messages of Indigo to one simulator, in their order and on a queue of its own: the caller never waits.
class IndigoClient {
public:
	/// What waits to be sent; a simulator that takes nothing must not fill the memory.
	static constexpr int kMaxWaiting = 256;

	/// Throws NativeError `class-missing`, `selector-missing`, `no-input-client` or `framework-exception`.
	IndigoClient(id<PrivateSimDevice> device, SimulatorInput::OnEnd on_end);
	~IndigoClient() { Close(nullptr); }

	/// After `pause_ms` more than its turn. Throws NativeError `input-overloaded`. Null is nothing.
	void Send(IndigoMessage message, int pause_ms = 0);

	/// Sends one last message when there is one, and lets go of the simulator. `on_end` is not called any more.
	void Close(IndigoMessage last);

private:
	struct Connection;
	std::shared_ptr<Connection> connection_;
};

id<PrivateSimDeviceLegacyHIDClient> MakeClient(id<PrivateSimDevice> device) {
	Class client_class = PrivateFrameworks::Require(PrivateClass::kHidClient);
	return Guarded("framework-exception", "opening the simulator's input",
		[&]() -> id<PrivateSimDeviceLegacyHIDClient> {
			id<PrivateSimDeviceLegacyHIDClient> client = [client_class alloc];
			RequireSelector(client, PrivateSelector::kHidInit);
			RequireSelector(client, PrivateSelector::kHidSend);
			NSError* error = nil;
			client = [client initWithDevice:device error:&error];
			if (client != nil) return client;
			throw NativeError("no-input-client",
				"SimulatorKit gave no way to the simulator's input: " + TextOf(error) + ".");
		});
}

struct IndigoClient::Connection : std::enable_shared_from_this<Connection> {
	dispatch_queue_t queue = dispatch_queue_create("porthole simulator input",
		dispatch_queue_attr_make_with_qos_class(DISPATCH_QUEUE_SERIAL, QOS_CLASS_USER_INTERACTIVE, 0));
	/// Of the queue; nil once closed.
	id<PrivateSimDeviceLegacyHIDClient> client;
	std::atomic<int> waiting = 0;
	std::mutex end_mutex;
	/// Empty once called, or once nobody wants to know.
	SimulatorInput::OnEnd on_end;

	/// On the queue.
	void Pass(IndigoMessage message) {
		if (client == nil) return;
		const std::weak_ptr<Connection> weak = weak_from_this();
		try {
			Guarded("input-lost", "sending input", [&] {
				// Whether it was taken cannot be known when this raises: better a message lost than freed twice.
				[client sendWithMessage:message.release()
						   freeWhenDone:YES
						completionQueue:queue
							 completion:^(NSError* error) {
								 const std::shared_ptr<Connection> self = weak.lock();
								 if (error == nil || !self) return;
								 self->Run([&] {
									 self->End(NativeError("input-lost",
										 "The simulator took no input: " + TextOf(error) + "."));
								 });
							 }];
			});
		} catch (const NativeError& error) {
			End(error);
		}
	}

	/// Runs a block's work; what goes wrong with it is the end of the input.
	template <typename Body>
	void Run(Body body) {
		OnQueue("simulator input", body, [this](const NativeError& why) { End(why); });
	}

	void End(const NativeError& why) {
		SimulatorInput::OnEnd ended;
		const std::lock_guard lock(end_mutex);
		ended = std::exchange(on_end, nullptr);
		// Under the lock, so that none is called when `Close` has returned.
		if (ended) ended(why);
	}
};

IndigoClient::IndigoClient(id<PrivateSimDevice> device, SimulatorInput::OnEnd on_end)
	: connection_(std::make_shared<Connection>()) {
	connection_->client = MakeClient(device);
	connection_->on_end = std::move(on_end);
}

void IndigoClient::Send(IndigoMessage message, int pause_ms) {
	const std::shared_ptr<Connection> connection = connection_;
	if (!message || !connection) return;
	if (connection->waiting.fetch_add(1) >= kMaxWaiting) {
		connection->waiting.fetch_sub(1);
		throw NativeError("input-overloaded",
			"The simulator does not keep up with its input; what came last was not given.");
	}
	// Blocks copy what they hold, which this does not allow itself.
	const auto held = std::make_shared<IndigoMessage>(std::move(message));
	dispatch_async(connection->queue, ^{
		connection->waiting.fetch_sub(1);
		if (pause_ms > 0) usleep(static_cast<useconds_t>(pause_ms) * 1000);
		connection->Run([&] { connection->Pass(std::move(*held)); });
	});
}

void IndigoClient::Close(IndigoMessage last) {
	const std::shared_ptr<Connection> connection = std::exchange(connection_, nullptr);
	if (!connection) return;
	{
		const std::lock_guard lock(connection->end_mutex);
		connection->on_end = nullptr;
	}
	const auto held = std::make_shared<IndigoMessage>(std::move(last));
	dispatch_async(connection->queue, ^{
		connection->Run([&] {
			if (*held) connection->Pass(std::move(*held));
			connection->client = nil;
		});
	});
}

/// Between the two services that are made before the first touch.
constexpr int kWarmUpMs = 20;
/// How often and how long the builder of two fingers is asked again: it is not ready for about 50 ms.
constexpr int kMaxTries = 12;
constexpr useconds_t kTryAgainMicroseconds = 5000;

void RequireMainThread() {
	if (pthread_main_np() != 0) return;
	throw NativeError("not-main-thread",
		"SimulatorKit builds input on the process's main thread only; open the simulator from there, not from a "
		"worker.");
}

class IndigoInput : public SimulatorInput {
public:
	IndigoInput(const SimulatorDevices& devices, id<PrivateSimDevice> device, OnEnd on_end)
		: builders_(devices.frameworks()), client_(device, std::move(on_end)) {
		client_.Send(builders_.CreatePointer());
		client_.Send(builders_.CreateMouse(), kWarmUpMs);
	}

	~IndigoInput() override { Close(); }

	void Give(const Touch& touch) override {
		const AutoreleasePool pool;
		if (touch.fingers > 1) return client_.Send(TwoFingers(touch));
		if (touch.phase == TouchPhase::kDown) finger_++;
		client_.Send(builders_.Finger(touch, finger_));
	}

	void Give(const KeyEvent& key) override {
		const AutoreleasePool pool;
		client_.Send(builders_.Key(key));
	}

	void Give(const ButtonEvent& button) override {
		const AutoreleasePool pool;
		client_.Send(builders_.Button(button));
	}

	void Close() override {
		if (std::exchange(closed_, true)) return;
		const AutoreleasePool pool;
		client_.Close(builders_.RemovePointer());
	}

private:
	/// A move that cannot be built now is left out, since another follows; down and up must not be lost.
	IndigoMessage TwoFingers(const Touch& touch) const {
		IndigoMessage message = builders_.TwoFingers(touch);
		if (touch.phase == TouchPhase::kMove) return message;
		for (int tried = 1; !message && tried < kMaxTries; tried++) {
			usleep(kTryAgainMicroseconds);
			message = builders_.TwoFingers(touch);
		}
		if (message) return message;
		throw NativeError("no-indigo-message", "SimulatorKit built no message for two fingers.");
	}

	IndigoBuilders builders_;
	IndigoClient client_;
	std::uint32_t finger_ = 0;
	bool closed_ = false;
};

}  // namespace

std::unique_ptr<SimulatorInput> OpenIndigoInput(const SimulatorSet& set, const std::string& udid,
	SimulatorInput::OnEnd on_end) {
	RequireMainThread();
	const AutoreleasePool pool;
	const SimulatorDevices& devices = set.devices();
	devices.frameworks().Require(PrivateLibrary::kSimulatorKit);
	id<PrivateSimDevice> device = devices.Find(udid);
	RequireState(device, DeviceState::kBooted, "given input");
	return std::make_unique<IndigoInput>(devices, device, std::move(on_end));
}

}  // namespace porthole
