package h264

import "errors"

// What an encoder refuses. Nothing here depends on samples: a picture of the right
// size always encodes.
var (
	// ErrConfig says that a size, rate or quantizer is out of the limits.
	ErrConfig = errors.New("out of what this encoder does")
	// ErrPicture says that a picture has another size than the encoder, or is not 4:2:0.
	ErrPicture = errors.New("the picture does not fit the encoder")
	// ErrTight says that a picture cannot be coded in as few bytes as were allowed.
	ErrTight = errors.New("the picture does not fit in so few bytes")
)
