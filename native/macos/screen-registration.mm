#include "screen-registration.h"

#include "exception-guard.h"
#include "private-frameworks.h"

namespace porthole {

namespace {

/// Screens are proxies and give what the other process sends: only surfaces are let through.
id SurfaceOrNil(id object) {
	Class surface_class = objc_getClass("IOSurface");
	return [object isKindOfClass:surface_class] ? object : nil;
}

}  // namespace

ScreenRegistration::ScreenRegistration(id<PrivateSimScreen> screen, dispatch_queue_t queue, void (^on_frame)(void),
	void (^on_surface)(id))
	: screen_(screen), id_([NSUUID UUID]), old_way_(!AnswersTo(screen, PrivateSelector::kRegisterScreen)) {
	Guarded("framework-exception", "asking a screen for its pictures", [&] {
		if (old_way_) {
			RegisterOldWay(queue, on_frame, on_surface);
		} else {
			Register(queue, on_frame, on_surface);
		}
	});
}

void ScreenRegistration::Register(dispatch_queue_t queue, void (^on_frame)(void), void (^on_surface)(id)) {
	[screen_ registerScreenCallbacksWithUUID:id_
							   callbackQueue:queue
							   frameCallback:on_frame
					 surfacesChangedCallback:^(id surface, id) {
						 on_surface(SurfaceOrNil(surface));
					 }
				   propertiesChangedCallback:^(id) {
				   }];
}

void ScreenRegistration::RegisterOldWay(dispatch_queue_t queue, void (^on_frame)(void), void (^on_surface)(id)) {
	RequireSelector(screen_, PrivateSelector::kRegisterSurfaces);
	RequireSelector(screen_, PrivateSelector::kRegisterDamage);
	[screen_ registerCallbackWithUUID:id_
			 ioSurfacesChangeCallback:^(id surface) {
				 id kept = SurfaceOrNil(surface);
				 dispatch_async(queue, ^{
					 on_surface(kept);
				 });
			 }];
	[screen_ registerCallbackWithUUID:id_
			 damageRectanglesCallback:^(id) {
				 dispatch_async(queue, on_frame);
			 }];
}

id ScreenRegistration::ReadSurface() const {
	return Guarded("framework-exception", "reading a screen's surface", [&] {
		return SurfaceOrNil([screen_ framebufferSurface]);
	});
}

void ScreenRegistration::Cancel() const {
	try {
		Guarded("framework-exception", "asking a screen for nothing more", [&] {
			if (!old_way_) {
				if (AnswersTo(screen_, PrivateSelector::kUnregisterScreen)) [screen_ unregisterScreenCallbacksWithUUID:id_];
				return;
			}
			if (AnswersTo(screen_, PrivateSelector::kUnregisterSurfaces)) {
				[screen_ unregisterIOSurfacesChangeCallbackWithUUID:id_];
			}
			if (AnswersTo(screen_, PrivateSelector::kUnregisterDamage)) [screen_ unregisterDamageRectanglesCallbackWithUUID:id_];
		});
	} catch (const NativeError&) {
		// The screen is gone, and with it whatever was asked of it.
	}
}

}  // namespace porthole
