// The page's own script, in the browser, after uPlot's.
'use strict'
;(() => {
  const {unit, thresholds, charts} = JSON.parse(document.getElementById('data').textContent)
  const light = ['#0b7285', '#b35c00', '#2b8a3e', '#862e9c', '#1c5fc4', '#c2255c', '#5c7a00', '#495057']
  const dark = ['#3bc9db', '#ffa94d', '#69db7c', '#da77f2', '#74a9ff', '#ff8787', '#c0eb75', '#ced4da']
  const scheme = matchMedia('(prefers-color-scheme: dark)')
  let printing = false
  const isDark = () => scheme.matches && !printing
  const colour = (index) => (isDark() ? dark : light)[index % light.length]
  const css = (name) =>
    printing
      ? {'--faint': '#5d6877', '--rule': '#dde2e8'}[name]
      : getComputedStyle(document.documentElement).getPropertyValue(name).trim()
  const shown = (value) => (value == null ? '–' : `${Number(value.toPrecision(5))}${unit ? ` ${unit}` : ''}`)
  const time = (seconds) => new Date(seconds * 1000).toLocaleString('sv')
  document.getElementById('zone').textContent = `times of ${Intl.DateTimeFormat().resolvedOptions().timeZone}`

  // As uPlot's own, of 24 hours and with the day before the month.
  const clockTicks = [
    [31536000, '{YYYY}', null, null, null, null, null, null, 1],
    [2419200, '{MMM}', '\n{YYYY}', null, null, null, null, null, 1],
    [86400, '{D} {MMM}', '\n{YYYY}', null, null, null, null, null, 1],
    [60, '{HH}:{mm}', '\n{D} {MMM} {YYYY}', null, '\n{D} {MMM}', null, null, null, 1],
    [1, '{HH}:{mm}:{ss}', '\n{D} {MMM} {YYYY}', null, '\n{D} {MMM}', null, null, null, 1],
    [0.001, '{ss}.{fff}', '\n{D} {MMM} {YYYY} {HH}:{mm}', null, '\n{D} {MMM} {HH}:{mm}', null, '\n{HH}:{mm}', null, 1],
  ]

  const drawThresholds = (u) => {
    const {ctx, bbox} = u
    ctx.save()
    ctx.strokeStyle = isDark() ? '#ff6b6b' : '#c92a2a'
    ctx.setLineDash([6, 4])
    ctx.lineWidth = devicePixelRatio
    for (const value of thresholds) {
      const y = u.valToPos(value, 'y', true)
      ctx.beginPath()
      ctx.moveTo(bbox.left, y)
      ctx.lineTo(bbox.left + bbox.width, y)
      if (y >= bbox.top && y <= bbox.top + bbox.height) ctx.stroke()
    }
    ctx.restore()
  }

  const plots = charts.map(({times, lines}, number) => {
    const figure = document.getElementById(`chart-${number}`)
    const caption = figure.querySelector('figcaption')
    const series = [{value: (u, at) => (at == null ? '–' : time(at))}]
    const data = [times]
    const bands = []
    lines.forEach(({name, values, low, high}, index) => {
      const stroke = () => colour(lines.length > 1 ? index : 0)
      if (low) {
        const edge = {
          stroke: () => `${stroke()}66`,
          width: 0.5,
          points: {show: false},
          value: (u, value) => shown(value),
        }
        series.push({...edge, label: 'max'}, {...edge, label: 'min'})
        data.push(high, low)
        bands.push({series: [data.length - 2, data.length - 1], fill: () => `${stroke()}2e`})
      }
      series.push({label: name, stroke, width: 1.75, value: (u, value) => shown(value)})
      data.push(values)
    })
    const axis = {
      stroke: () => css('--faint'),
      grid: {stroke: () => css('--rule'), width: 1},
      ticks: {stroke: () => css('--rule'), width: 1},
    }
    const reach = (u, low, high) => {
      const all = [low, high, ...thresholds].filter((value) => value != null)
      const [least, greatest] = [Math.min(...all), Math.max(...all)]
      return all.length === 0
        ? [0, 1]
        : least === greatest
          ? [least - (Math.abs(least) * 0.1 || 1), least + (Math.abs(least) * 0.1 || 1)]
          : uPlot.rangeNum(least, greatest, 0.1, true)
    }
    return new uPlot(
      {
        width: figure.clientWidth || 800,
        height: 260,
        series,
        bands,
        cursor: {sync: {key: 'all'}, drag: {x: true, y: false}},
        scales: {y: {range: reach}},
        axes: [
          {...axis, values: clockTicks},
          {...axis, size: 70, values: (u, ticks) => ticks.map((tick) => `${tick}${unit ? ` ${unit}` : ''}`)},
        ],
        hooks: {
          draw: [drawThresholds],
          setScale: [
            (u, key) => {
              const {min, max} = u.scales.x
              if (key !== 'x' || min == null) return
              figure.dataset.from = min
              figure.dataset.to = max
              caption.textContent = `${time(min)} – ${time(max)}`
            },
          ],
        },
      },
      data,
      figure.querySelector('.plot'),
    )
  })
  const redraw = () => plots.forEach((plot) => plot.redraw(false))
  const fit = () =>
    plots.forEach((plot) => plot.setSize({width: plot.root.parentElement.clientWidth || 800, height: plot.height}))
  scheme.addEventListener('change', redraw)
  addEventListener('resize', fit)
  addEventListener('beforeprint', () => ((printing = true), redraw()))
  addEventListener('afterprint', () => ((printing = false), redraw()))
})()
