#pragma once

#import <Foundation/Foundation.h>

#include <functional>
#include <memory>

#include "private-api.h"

namespace porthole {

/// What CoreSimulator tells of changes of a device set or of a device. Not for proxies.
class ChangeNotices {
public:
	/// `on_change` is called on a queue of its own until `Close` or the destructor return. Throws NativeError
	/// `framework-exception`.
	ChangeNotices(id<PrivateSimDeviceNotifier> notifier, std::function<void()> on_change);
	~ChangeNotices() { Close(); }
	ChangeNotices(const ChangeNotices&) = delete;
	ChangeNotices& operator=(const ChangeNotices&) = delete;

	/// Not from within `on_change`.
	void Close();

private:
	struct Listener;
	id<PrivateSimDeviceNotifier> notifier_;
	dispatch_queue_t queue_;
	std::shared_ptr<Listener> listener_;
	unsigned long long registration_ = 0;
};

}  // namespace porthole
