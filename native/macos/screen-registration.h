#pragma once

#import <Foundation/Foundation.h>

#include "private-api.h"

namespace porthole {

/// Asks one screen to tell of its pictures and surfaces; asking is what makes its surface appear.
class ScreenRegistration {
public:
	/// Both blocks run on the queue. Throws NativeError `selector-missing` or `framework-exception`.
	ScreenRegistration(id<PrivateSimScreen> screen, dispatch_queue_t queue, void (^on_frame)(void),
		void (^on_surface)(id));

	/// The surface it has now, by asking another process; nil when it has none. Throws NativeError `framework-exception`.
	id ReadSurface() const;

	/// Once, and not on the queue; nothing is thrown.
	void Cancel() const;

private:
	void Register(dispatch_queue_t queue, void (^on_frame)(void), void (^on_surface)(id));
	void RegisterOldWay(dispatch_queue_t queue, void (^on_frame)(void), void (^on_surface)(id));

	id<PrivateSimScreen> screen_;
	NSUUID* id_;
	bool old_way_;
};

}  // namespace porthole
