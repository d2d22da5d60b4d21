package h264

import "encoding/binary"

// Headers of the NAL units that an encoder makes: nal_ref_idc 3, nal_unit_type.
const (
	headerSlice = 0x61
	headerIDR   = 0x65
	headerSPS   = 0x67
	headerPPS   = 0x68
)

// AnnexB appends NAL units with a start code before each, as in files and in DHAV.
func AnnexB(dst []byte, nalus ...[]byte) []byte {
	for _, n := range nalus {
		dst = append(dst, 0, 0, 0, 1)
		dst = append(dst, n...)
	}
	return dst
}

// AVCC appends NAL units with their length in four bytes before each, as in MP4.
func AVCC(dst []byte, nalus ...[]byte) []byte {
	for _, n := range nalus {
		dst = binary.BigEndian.AppendUint32(dst, uint32(len(n)))
		dst = append(dst, n...)
	}
	return dst
}

// AnnexBSize is the length of what [AnnexB] appends.
func AnnexBSize(nalus ...[]byte) int {
	n := 0
	for _, u := range nalus {
		n += 4 + len(u)
	}
	return n
}

// MinFiller is the shortest that [AppendFiller] can make.
const MinFiller = 6

// AppendFiller appends, in Annex B, n bytes of filler data that every decoder
// passes over: the way of recorders with a constant bit rate. Less than [MinFiller]
// is made of zeros, which may follow any NAL unit.
func AppendFiller(dst []byte, n int) []byte {
	if n < MinFiller {
		return append(dst, make([]byte, max(n, 0))...)
	}
	dst = append(dst, 0, 0, 0, 1, 12)
	for range n - MinFiller {
		dst = append(dst, 0xff)
	}
	return append(dst, 0x80)
}
