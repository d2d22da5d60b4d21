package twin

import (
	"fmt"
	"sync"
	"testing"
)

// The last twin that leaves a rack and the first that comes meet on the same ports.
func TestARackChangesHands(t *testing.T) {
	r := NewRack()
	first := start(t, Config{Rack: r, Host: "127.0.9.1", Services: []Service{ServiceWeb, ServiceDiscovery}})
	ports := map[Service]int{ServiceWeb: first.servicePort(ServiceWeb), ServiceDiscovery: first.servicePort(ServiceDiscovery)}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range 3 {
		all.Go(func() {
			for range 40 {
				tw, err := New(Config{
					Rack: r, Host: fmt.Sprintf("127.0.9.%d", 2+i), Clock: NewStepped(epoch), Ports: ports,
					Services: []Service{ServiceWeb, ServiceDiscovery},
				})
				if err == nil {
					err = tw.Start()
				}
				if err != nil {
					t.Error(err)
					return
				}
				if err := tw.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}
