using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Owners;

/// <summary>All families of attacks, and how they are carried out.</summary>
public static class AttackFamilies
{
    public static IEnumerable<string> Names => [.. Attacks.ByFamily.Keys, .. Tricks.ByFamily.Keys];

    public static IReadOnlyList<Attack> Of(string family) => Attacks.ByFamily.TryGetValue(family, out var plain) ? plain : Tricks.ByFamily[family];

    /// <summary>Has B try <paramref name="attacks"/> on what is A's, and on what never was, through each gateway.</summary>
    /// <returns>Whatever went wrong: a success, a word of A's, a request that reached a region, a difference between the two answers.</returns>
    public static async Task<IReadOnlyList<string>> AttackAsync(
        this OwnersWorld world, IEnumerable<WebNode> gateways, IEnumerable<Attack> attacks, Possessions theirs, int worst = 499)
    {
        var nobodys = theirs.Unknown();
        List<string> faults = [];
        foreach (var attack in attacks)
        {
            var before = await world.SentAsync();
            foreach (var gateway in gateways)
            {
                var answer = await RawAnswer.OfAsync(gateway.Url, attack.Write(OwnersWorld.KeyOfB, theirs));
                var unknown = await RawAnswer.OfAsync(gateway.Url, attack.Write(OwnersWorld.KeyOfB, nobodys));
                if (answer.Status < 400 || answer.Status > worst)
                    faults.Add($"{attack.Name}: {answer}");
                if (answer.ToString().Contains("Ada", StringComparison.Ordinal))
                    faults.Add($"{attack.Name} tells the secret: {answer}");
                if (answer.Masked != unknown.Masked)
                    faults.Add($"{attack.Name}: {answer.Masked}\ndiffers from\n{unknown.Masked}");
            }

            var sent = (await world.SentAsync()).Except(before).ToList();
            if (!attack.MayReachRegion && sent.Count > 0)
                faults.Add($"{attack.Name} reached a region: {string.Join('\n', sent)}");
        }

        return faults;
    }
}
