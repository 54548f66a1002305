#include "change-notices.h"

#include <utility>

#include "exception-guard.h"

namespace porthole {

/// Used on the queue only; a notice that is on its way when all is closed finds no function.
struct ChangeNotices::Listener {
	std::function<void()> on_change;
};

ChangeNotices::ChangeNotices(id<PrivateSimDeviceNotifier> notifier, std::function<void()> on_change)
	: notifier_(notifier),
	  queue_(dispatch_queue_create("porthole simulator changes", DISPATCH_QUEUE_SERIAL)),
	  listener_(std::make_shared<Listener>(Listener{std::move(on_change)})) {
	registration_ = Guarded("framework-exception", "asking to be told of changes", [&] {
		const std::shared_ptr<Listener> listener = listener_;
		return [notifier_ registerNotificationHandlerOnQueue:queue_
													 handler:^(NSDictionary*) {
														 if (listener->on_change) listener->on_change();
													 }];
	});
}

void ChangeNotices::Close() {
	const std::shared_ptr<Listener> listener = std::exchange(listener_, nullptr);
	if (!listener) return;
	dispatch_sync(queue_, ^{
		listener->on_change = nullptr;
	});
	try {
		Guarded("framework-exception", "asking not to be told any more", [&] {
			NSError* error = nil;
			[notifier_ unregisterNotificationHandler:registration_ error:&error];
		});
	} catch (const NativeError&) {
		// Nothing depends on it: what still comes goes nowhere.
	}
}

}  // namespace porthole
