/** Registration of a browser, with the keys of the example in RFC 8291. */
export const aSubscription = {
  endpoint: "https://push.example/ours",
  keys: {
    p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    auth: "AAAAAAAAAAAAAAAAAAAAAA",
  },
};
