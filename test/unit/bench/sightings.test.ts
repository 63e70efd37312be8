import { Pace, Sightings } from '../../../bench/load/sightings.ts';

describe('what a carrier has seen', () => {
  test('is waited for', async () => {
    const sightings = new Sightings(3, 5_000);
    sightings.saw(2);
    setTimeout(() => sightings.saw(0), 30);
    await sightings.reach(2);
    expect(sightings.count).toBe(2);
  });

  test('is not waited for when no more comes, neither then nor later', async () => {
    const sightings = new Sightings(4, 60);
    sightings.saw(1);
    await sightings.reach(2);
    expect(sightings.count).toBe(1);
    const start = performance.now();
    sightings.saw(2);
    expect(sightings.lastAt).toBeGreaterThanOrEqual(start);
    await sightings.reach(3);
    expect(performance.now() - start).toBeLessThan(60);
  });

  test.each([
    ['twice', 1],
    ['without being queued', 3],
  ])('%s is a mistake', async (_, number) => {
    const sightings = new Sightings(3, 60);
    sightings.saw(1);
    sightings.saw(number);
    await expect(sightings.reach(1)).rejects.toThrow(`Message ${number} came to the carrier twice`);
  });
});

describe('a pace', () => {
  const pace = new Pace(1_000, 100_000, 5_000);

  test.each([
    [1_000, 6_000, '1,000 of 100,000'],
    [1_000, 5_000, '1,000 of 100,000'],
    [3_000, 15_000, '3,000 of 100,000, 200 a second, 9 min left'],
    [91_000, 455_000, '91,000 of 100,000, 200 a second, 45 s left'],
  ])('with %i done at %i', (done, now, text) => {
    expect(pace.after(done, now)).toBe(text);
  });
});
