#include "rtp/pool-events.h"

#include <limits>
#include <utility>

#include "rtp/transport-log.h"

namespace porthole {

namespace {

double OrNothing(const std::optional<double>& value) {
	return value.value_or(std::numeric_limits<double>::quiet_NaN());
}

}  // namespace

void PoolEvents::TellKeyframeNeeded(std::uint32_t sender) {
	const std::lock_guard lock(mutex_);
	Add({static_cast<double>(Kind::kKeyframeNeeded), static_cast<double>(sender)}, true);
}

void PoolEvents::TellHeard(std::uint32_t sender) {
	const std::lock_guard lock(mutex_);
	Add({static_cast<double>(Kind::kHeard), static_cast<double>(sender)}, false);
}

void PoolEvents::TellFollowed(std::uint32_t sender, std::uint32_t feed) {
	const std::lock_guard lock(mutex_);
	Add({static_cast<double>(Kind::kFollowed), static_cast<double>(sender), static_cast<double>(feed)}, true);
}

void PoolEvents::TellReport(std::uint32_t sender, const TransportReport& report) {
	const std::lock_guard lock(mutex_);
	if (reports_ == kMaxReports) {
		batch_.dropped++;
		return;
	}
	reports_++;
	Add({static_cast<double>(Kind::kFeedback), static_cast<double>(sender), report.time,
			static_cast<double>(report.received), static_cast<double>(report.received_bytes),
			static_cast<double>(report.lost), OrNothing(report.least_delay), OrNothing(report.last_delay),
			report.last_sent, OrNothing(report.probed), static_cast<double>(report.outstanding)},
		false);
}

void PoolEvents::TellDatagram(std::uint32_t socket, const std::string& address, std::uint16_t port,
	std::vector<std::uint8_t> packet) {
	const std::lock_guard lock(mutex_);
	if (datagrams_ == kMaxDatagrams) {
		batch_.dropped++;
		return;
	}
	datagrams_++;
	Add({static_cast<double>(Kind::kDatagram), static_cast<double>(socket), static_cast<double>(port)}, true);
	batch_.packets.push_back(std::move(packet));
	batch_.addresses.push_back(address);
}

void PoolEvents::TellProtected(std::uint32_t sender, std::vector<std::uint8_t> packet) {
	const std::lock_guard lock(mutex_);
	if (protected_bytes_ + packet.size() > kMaxProtectedBytes) {
		batch_.dropped++;
		return;
	}
	protected_bytes_ += packet.size();
	Add({static_cast<double>(Kind::kProtected), static_cast<double>(sender)}, true);
	batch_.packets.push_back(std::move(packet));
}

void PoolEvents::TellSenderFailed(std::uint32_t sender, const std::string& code, const std::string& message) {
	const std::lock_guard lock(mutex_);
	Add({static_cast<double>(Kind::kSenderFailed), static_cast<double>(sender)}, true);
	batch_.failures.emplace_back(code, message);
}

PoolEventBatch PoolEvents::Take() {
	const std::lock_guard lock(mutex_);
	reports_ = datagrams_ = protected_bytes_ = 0;
	generation_++;
	urgent_ = waiting_ = false;
	return std::exchange(batch_, {});
}

void PoolEvents::Add(std::initializer_list<double> record, bool urgent) {
	batch_.numbers.insert(batch_.numbers.end(), record);
	waiting_ = true;
	if (urgent) urgent_ = true;
}

}  // namespace porthole
