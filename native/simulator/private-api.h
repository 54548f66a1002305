#pragma once

#import <Foundation/Foundation.h>

/// What is called of CoreSimulator and SimulatorKit, which have no public headers: protocols, so that the compiler knows
/// the types and nothing is linked. `private-names.mm` has every name once more for looking it up before it is called.

NS_ASSUME_NONNULL_BEGIN

@protocol PrivateSimServiceContext
+ (nullable id)sharedServiceContextForDeveloperDir:(NSString*)developerDir
											 error:(NSError* __autoreleasing _Nullable*)error;
- (nullable id)defaultDeviceSetWithError:(NSError* __autoreleasing _Nullable*)error;
- (nullable id)deviceSetWithPath:(NSString*)path error:(NSError* __autoreleasing _Nullable*)error;
@end

/// Of device sets and of devices: the handler is called on the queue for every change.
@protocol PrivateSimDeviceNotifier
- (unsigned long long)registerNotificationHandlerOnQueue:(dispatch_queue_t)queue
												 handler:(void (^)(NSDictionary* _Nullable))handler;
- (BOOL)unregisterNotificationHandler:(unsigned long long)registration error:(NSError* __autoreleasing _Nullable*)error;
@end

@protocol PrivateSimDeviceSet <PrivateSimDeviceNotifier>
- (nullable NSArray*)availableDevices;
- (nullable NSArray*)devices;
@end

@protocol PrivateSimDeviceType
- (nullable NSString*)name;
- (nullable NSString*)identifier;
- (nullable NSBundle*)bundle;
/// Pixels, upright.
- (CGSize)mainScreenSize;
- (float)mainScreenScale;
@end

@protocol PrivateSimRuntime
- (nullable NSString*)name;
@end

@protocol PrivateSimDevice <PrivateSimDeviceNotifier>
- (nullable NSUUID*)UDID;
- (nullable NSString*)name;
/// 0 creating, 1 shut down, 2 booting, 3 booted, 4 shutting down.
- (unsigned long long)state;
- (nullable id<PrivateSimRuntime>)runtime;
- (nullable id<PrivateSimDeviceType>)deviceType;
- (nullable id)io;
- (BOOL)bootWithOptions:(NSDictionary*)options error:(NSError* __autoreleasing _Nullable*)error;
- (BOOL)shutdownWithError:(NSError* __autoreleasing _Nullable*)error;
/// A send right to a service inside, 0 when there is none.
- (unsigned int)lookup:(NSString*)service error:(NSError* __autoreleasing _Nullable*)error;
- (BOOL)postDarwinNotification:(NSString*)name error:(NSError* __autoreleasing _Nullable*)error;
@end

@protocol PrivateSimDeviceIO
- (nullable NSArray*)deviceIOPorts;
- (nullable NSArray*)ioPorts;
- (void)updateIOPorts;
@end

@protocol PrivateSimDeviceIOPort
- (nullable id)portIdentifier;
- (nullable id)descriptor;
@end

/// A screen's descriptor: a proxy of an object in another process.
@protocol PrivateSimScreen
/// An IOSurface. Asks the other process and waits.
- (nullable id)framebufferSurface;
/// Blocks: a frame was shown; other surfaces (the screen, the screen with its corners cut); other properties.
- (void)registerScreenCallbacksWithUUID:(NSUUID*)registration
						  callbackQueue:(dispatch_queue_t)queue
						  frameCallback:(void (^)(void))frame
				surfacesChangedCallback:(void (^)(id _Nullable, id _Nullable))surfaces
			  propertiesChangedCallback:(void (^)(id _Nullable))properties;
- (void)unregisterScreenCallbacksWithUUID:(NSUUID*)registration;
// The same before there was the above: on the simulator's own threads.
- (void)registerCallbackWithUUID:(NSUUID*)registration ioSurfacesChangeCallback:(void (^)(id _Nullable))surfaces;
- (void)registerCallbackWithUUID:(NSUUID*)registration damageRectanglesCallback:(void (^)(id _Nullable))damage;
- (void)unregisterIOSurfacesChangeCallbackWithUUID:(NSUUID*)registration;
- (void)unregisterDamageRectanglesCallbackWithUUID:(NSUUID*)registration;
@end

@protocol PrivateSimDeviceLegacyHIDClient
- (nullable instancetype)initWithDevice:(id)device error:(NSError* __autoreleasing _Nullable*)error;
/// Frees the message with `free` when it was sent.
- (void)sendWithMessage:(void*)message
		   freeWhenDone:(BOOL)freeWhenDone
		completionQueue:(nullable dispatch_queue_t)queue
			 completion:(nullable void (^)(NSError* _Nullable))completion;
@end

NS_ASSUME_NONNULL_END
