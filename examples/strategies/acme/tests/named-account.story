# A named account goes to whoever has it by name, before any pool.
story: Nordwind asks, and belongs to Anna Keller
who:
  email: jo@nordwind-energie.example
  account.country: DE
  account.industry: energy
did:
  - { at: 2026-11-25T11:00:00+01:00, signal: form.submitted }
then:
  decision: hand off
  owner: a.keller
  route: named account
