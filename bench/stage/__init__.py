"""What the benches share: the service under test with shops, mailbox and database around it, and how to measure."""
