package main

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rekey-dvr/rekey/internal/twin/camera"
)

// folderPace is how long each picture of a folder is seen.
const folderPace = time.Second

// openCameras opens what --camera names, once for all twins. done ends what runs
// for them.
func (c *twinCmd) openCameras(p *process) (done func(), err error) {
	ctx, cancel := context.WithCancel(p.ctx)
	var running sync.WaitGroup
	done = func() { cancel(); running.Wait() }
	c.cameras = map[int]camera.Source{}
	for _, text := range c.Camera {
		number, what, _ := strings.Cut(text, "=")
		n, err := strconv.Atoi(number)
		if err != nil || what == "" {
			done()
			return nil, wrongUsage("twin", "--camera is the number of an input and what it sees, for example 1=pictures.")
		}
		if !strings.HasPrefix(what, "rtsp://") {
			folder, err := camera.OpenFolder(what, folderPace)
			if err != nil {
				done()
				return nil, wrongUsage("twin", "--camera %d: %v.", n, err)
			}
			c.cameras[n] = folder
			continue
		}
		stream, err := camera.NewStream(what) // its errors do not repeat the address, which may hold a password
		if err != nil {
			done()
			return nil, wrongUsage("twin", "--camera %d: %v.", n, err)
		}
		running.Go(func() { stream.Run(ctx) })
		c.cameras[n] = stream
	}
	return done, nil
}
