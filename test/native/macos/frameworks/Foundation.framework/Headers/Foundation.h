#pragma once

// Declarations of Foundation for compiling where Apple's SDK is not: what this project uses, written by hand from
// https://developer.apple.com/documentation/foundation. On a Mac the SDK's own headers take their place.

#include <CoreFoundation/CoreFoundation.h>
#include <CoreGraphics/CGGeometry.h>
#include <dispatch/dispatch.h>
#include <objc/NSObject.h>
#include <objc/runtime.h>

#ifndef NS_ASSUME_NONNULL_BEGIN
#define NS_ASSUME_NONNULL_BEGIN _Pragma("clang assume_nonnull begin")
#define NS_ASSUME_NONNULL_END _Pragma("clang assume_nonnull end")
#endif
#ifndef NS_RETURNS_RETAINED
#define NS_RETURNS_RETAINED __attribute__((ns_returns_retained))
#endif
#ifndef NS_RETURNS_INNER_POINTER
#define NS_RETURNS_INNER_POINTER __attribute__((objc_returns_inner_pointer))
#endif

NS_ASSUME_NONNULL_BEGIN

@class NSArray, NSBundle, NSDictionary, NSError, NSException, NSNumber, NSString, NSUUID;

typedef NSString* NSErrorDomain;
typedef NSString* NSExceptionName;

typedef struct {
	unsigned long state;
	id __unsafe_unretained _Nullable* _Nullable itemsPtr;
	unsigned long* _Nullable mutationsPtr;
	unsigned long extra[5];
} NSFastEnumerationState;

@protocol NSFastEnumeration
- (NSUInteger)countByEnumeratingWithState:(NSFastEnumerationState*)state
								  objects:(id __unsafe_unretained _Nullable* _Nonnull)buffer
									count:(NSUInteger)length;
@end

@protocol NSCopying
- (id)copyWithZone:(nullable struct _NSZone*)zone;
@end

@interface NSObject (NSKeyValueCoding)
- (nullable id)valueForKey:(NSString*)key;
@end

@interface NSString : NSObject <NSCopying>
@property(nullable, readonly) const char* UTF8String NS_RETURNS_INNER_POINTER;
+ (nullable instancetype)stringWithUTF8String:(const char*)nullTerminatedCString;
- (BOOL)isEqualToString:(NSString*)aString;
@end

@interface NSArray : NSObject <NSFastEnumeration>
@property(readonly) NSUInteger count;
- (id)objectAtIndex:(NSUInteger)index;
@end

@interface NSDictionary : NSObject
@property(readonly) NSUInteger count;
+ (instancetype)dictionaryWithObject:(id)object forKey:(id<NSCopying>)key;
- (nullable id)objectForKey:(id)aKey;
@end

@interface NSNumber : NSObject
+ (NSNumber*)numberWithBool:(BOOL)value;
@end

@interface NSError : NSObject
@property(readonly, copy) NSErrorDomain domain;
@property(readonly) NSInteger code;
@property(readonly, copy) NSString* localizedDescription;
@end

// What is needed to catch it is the framework's, as its class is.
__attribute__((objc_exception))
@interface NSException : NSObject
@property(readonly, copy) NSExceptionName name;
@property(nullable, readonly, copy) NSString* reason;
@end

@interface NSUUID : NSObject
@property(readonly, copy) NSString* UUIDString;
+ (instancetype)UUID;
@end

@interface NSBundle : NSObject
@property(readonly, copy) NSString* bundlePath;
@end

NS_ASSUME_NONNULL_END
