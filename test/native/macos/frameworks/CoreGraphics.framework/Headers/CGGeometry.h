#pragma once

// Declarations of CoreGraphics' geometry for compiling where Apple's SDK is not, written by hand from
// https://developer.apple.com/documentation/coregraphics. On a Mac the SDK's own headers take their place.

typedef double CGFloat;

typedef struct CGPoint {
	CGFloat x;
	CGFloat y;
} CGPoint;

typedef struct CGSize {
	CGFloat width;
	CGFloat height;
} CGSize;

typedef struct CGRect {
	CGPoint origin;
	CGSize size;
} CGRect;
