#pragma once

#include "pool-events.h"
#include "packet-route.h"

namespace porthole {

/// The way over JavaScript, for connections that are its own (TCP): in order, bounded by PoolEvents.
class ScriptRoute : public PacketRoute {
public:
	ScriptRoute(PoolEvents& events, std::uint32_t sender) : events_(events), sender_(sender) {}

	std::uint8_t* Room() override { return memory_; }
	void Send(std::size_t size) override { events_.TellProtected(sender_, {memory_, memory_ + size}); }
	std::size_t QueuedBytes() const override { return queued_; }

	/// What JavaScript's connection holds.
	void SetQueued(std::size_t bytes) { queued_ = bytes; }

private:
	PoolEvents& events_;
	const std::uint32_t sender_;
	std::size_t queued_ = 0;
	std::uint8_t memory_[kPacketRoom];
};

}  // namespace porthole
