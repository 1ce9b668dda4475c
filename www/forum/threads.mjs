// Something to look at: what the members have been talking about.
export const THREADS = [
  {
    id: 'tomatoes',
    title: { en: 'Tomatoes on a north-facing balcony: any hope?', de: 'Tomaten auf dem Nordbalkon: hoffnungslos?' },
    posts: [
      {
        by: 'alice',
        en: 'We get about three hours of sun in the evening. Has anybody had a harvest with that little light?',
        de: 'Bei uns scheint abends etwa drei Stunden die Sonne. Hatte jemand mit so wenig Licht schon einmal eine Ernte?',
      },
      {
        by: 'bob',
        en: 'Cherry tomatoes, yes. Beefsteak tomatoes, never. Paint the wall behind them white.',
        de: 'Mit Kirschtomaten ja, mit Fleischtomaten nie. Streich die Wand dahinter weiß.',
      },
      { by: 'carol', en: 'And do not water in the evening.', de: 'Und abends nicht gießen.' },
    ],
  },
  {
    id: 'sourdough',
    title: { en: 'The starter that lived through a house move', de: 'Der Sauerteig, der einen Umzug überlebt hat' },
    posts: [
      {
        by: 'carol',
        en: 'Five days in a box marked “kitchen, fragile”. Two feeds later it doubled in four hours.',
        de: 'Fünf Tage in einem Karton mit der Aufschrift „Küche, Vorsicht“. Nach zweimal Füttern hat er sich in vier Stunden verdoppelt.',
      },
      { by: 'dave', en: 'They are tougher than we are.', de: 'Die halten mehr aus als wir.' },
    ],
  },
  {
    id: 'chain',
    title: { en: 'When is a bicycle chain really worn out?', de: 'Wann ist eine Fahrradkette wirklich am Ende?' },
    posts: [
      {
        by: 'dave',
        en: 'The gauge says 0.5 %, the shop says 0.75 %, my ears say nothing yet.',
        de: 'Die Lehre sagt 0,5 %, der Laden sagt 0,75 %, meine Ohren sagen noch nichts.',
      },
      {
        by: 'alice',
        en: 'Change it at 0.5 % and the sprockets last for three chains.',
        de: 'Bei 0,5 % wechseln, dann halten die Ritzel drei Ketten lang.',
      },
    ],
  },
];
