#include "indigo-client.h"

#include <mutex>
#include <string>
#include <utility>

#include <unistd.h>

#include "exception-guard.h"
#include "private-api.h"
#include "private-frameworks.h"

namespace porthole {

namespace {

id<PrivateSimDeviceLegacyHIDClient> MakeClient(id<PrivateSimDevice> device) {
	Class client_class = PrivateFrameworks::Require(PrivateClass::kHidClient);
	return Guarded("framework-exception", "opening the simulator's input", [&]() -> id<PrivateSimDeviceLegacyHIDClient> {
		id<PrivateSimDeviceLegacyHIDClient> client = [client_class alloc];
		RequireSelector(client, PrivateSelector::kHidInit);
		RequireSelector(client, PrivateSelector::kHidSend);
		NSError* error = nil;
		client = [client initWithDevice:device error:&error];
		if (client != nil) return client;
		throw NativeError("no-input-client", "SimulatorKit gave no way to the simulator's input: " + TextOf(error) + ".");
	});
}

}  // namespace

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
								 if (error != nil && self) self->End(NativeError("input-lost", "The simulator took no input: " + TextOf(error) + "."));
							 }];
			});
		} catch (const NativeError& error) {
			End(error);
		}
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
	if (connection->waiting.fetch_add(1) >= kMostWaiting) {
		connection->waiting.fetch_sub(1);
		throw NativeError("input-overloaded", "The simulator does not keep up with its input; what came last was not given.");
	}
	// Blocks copy what they hold, which this does not allow itself.
	const auto held = std::make_shared<IndigoMessage>(std::move(message));
	dispatch_async(connection->queue, ^{
		@autoreleasepool {
			connection->waiting.fetch_sub(1);
			if (pause_ms > 0) usleep(static_cast<useconds_t>(pause_ms) * 1000);
			connection->Pass(std::move(*held));
		}
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
		@autoreleasepool {
			if (*held) connection->Pass(std::move(*held));
			connection->client = nil;
		}
	});
}

}  // namespace porthole
