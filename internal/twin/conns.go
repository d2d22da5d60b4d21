package twin

import (
	"net"
	"sync"
)

// connSet is the open connections of a twin, each with the place of its service.
type connSet struct {
	mu   sync.Mutex
	all  map[net.Conn]int
	open [serviceCount]int
}

// add keeps a connection unless its service has as many as it takes.
func (s *connSet) add(row *service, c net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[row.at] >= row.limit() {
		return false
	}
	if s.all == nil {
		s.all = map[net.Conn]int{}
	}
	s.all[c] = row.at
	s.open[row.at]++
	return true
}

func (s *connSet) remove(c net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at, there := s.all[c]; there {
		delete(s.all, c)
		s.open[at]--
	}
	if len(s.all) == 0 {
		s.all = nil // a twin nobody talks to keeps nothing
	}
}

// closeAll hangs up on everybody. Who converses notices and removes what is left.
func (s *connSet) closeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.all {
		_ = c.Close()
	}
}
