package remind_test

func child() bool { return false }
