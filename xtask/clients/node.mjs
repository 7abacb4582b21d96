// Somebody looks at prices, says who they are and asks for a quote, told by Segment's own client.
// The last line says what was sent: the ids are those that the client itself gave.
import { Analytics } from '@segment/analytics-node'

const { HOST, WRITE_KEY, DOMAIN } = process.env
const analytics = new Analytics({ writeKey: WRITE_KEY, host: HOST })
analytics.on('error', (error) => {
  console.error(error)
  process.exitCode = 1
})

// The client calls back once the message has been sent.
const send = (call, message) =>
  new Promise((resolve, reject) =>
    analytics[call](message, (error, context) => (error ? reject(error) : resolve(context.event))))

const sending = Promise.all([
  send('page', { anonymousId: 'visitor-node', name: 'Pricing', properties: { path: '/pricing' } }),
  send('identify', {
    userId: 'user-node',
    anonymousId: 'visitor-node',
    traits: {
      email: `ada@${DOMAIN}`,
      firstName: 'Ada',
      title: 'Head of Operations',
      company: { name: 'Nordlicht Node', domain: DOMAIN, industry: 'logistics', employees: 900, country: 'DE' },
    },
  }),
  send('track', { userId: 'user-node', event: 'Form Quote', properties: { message: 'a quote for 340 seats' } }),
])
await analytics.closeAndFlush()
const events = await sending
console.log(JSON.stringify({
  library: events[0].context.library,
  sent: events.map((event) => ({ type: event.type, messageId: event.messageId })),
}))
