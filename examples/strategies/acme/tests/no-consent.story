# Without consent nothing is sent, however high the score.
story: a buyer who reads much and said no
who:
  email: sam.dahl@bluefjord.example
  account.industry: energy
  account.country: DK
  account.employees: 4000
  consent.email: false
did:
  - { at: 2026-11-23T10:00:00Z, signal: webinar.attended }
  - { at: 2026-11-24T10:00:00Z, signal: page.viewed, path: /pricing }
then:
  decision: suppress
