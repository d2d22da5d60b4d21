// Package rtsp serves the moving pictures of a virtual recorder as recorders of
// the family do: live and recorded, over the RTSP connection or over UDP, behind
// the recorder's own accounts.
//
// Nothing runs until a connection is handed to [Server.Serve], and nothing is left
// when the last one has gone. The recorder behind it is a [Recorder]: the package
// knows no accounts, no cameras and no disk.
//
// gortsplib does the protocol. What the family does differently (its challenge, its
// SDP, its headers) is put in its place where the library offers one.
package rtsp
