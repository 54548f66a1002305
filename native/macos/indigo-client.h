#pragma once

#import <Foundation/Foundation.h>

#include <atomic>
#include <memory>

#include "indigo-builders.h"
#include "private-api.h"
#include "simulator-input.h"

namespace porthole {

/// Sends messages of Indigo to one simulator, in their order and on a queue of its own: the caller never waits.
class IndigoClient {
public:
	/// What waits to be sent; a simulator that takes nothing must not fill the memory.
	static constexpr int kMostWaiting = 256;

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

}  // namespace porthole
