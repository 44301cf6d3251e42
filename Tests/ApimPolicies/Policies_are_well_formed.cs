using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SessionAware.Tests.Infra;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.ApimPolicies;

/// <summary>The policy documents that a deployment would write, against the policy reference.</summary>
public sealed class Policies_are_well_formed
{
    [Fact]
    public async Task Every_element_and_attribute_is_in_the_reference_and_stands_where_that_allows_it()
    {
        var reference = PolicyReference.Read();
        foreach (var preview in await PreviewsAsync())
        {
            Assert.Equal(preview.OfType("Microsoft.ApiManagement/service/apis").Values.Select(api => api["properties"]!["path"]!.GetValue<string>()).Order(), preview.Policies().Keys.Order());
            foreach (var policy in preview.Policies().Values)
            {
                Assert.Empty(reference.Check(policy));
                foreach (var include in policy.Descendants("include-fragment"))
                    Assert.Empty(reference.Check(preview.Fragments()[include.Attribute("fragment-id")!.Value], include.Ancestors().Single(section => section.Parent == policy).Name.LocalName));
            }

            // A fragment can neither have sections nor include another one.
            Assert.DoesNotContain(
                preview.Fragments().Values.SelectMany(fragment => fragment.Descendants()),
                element => element.Name.LocalName is "base" or "include-fragment" or "inbound" or "backend" or "outbound" or "on-error");
        }
    }

    [Fact]
    public async Task Every_section_inherits_but_the_backends_which_forwards_once()
    {
        foreach (var policy in (await PreviewsAsync()).SelectMany(preview => preview.Policies().Values))
        {
            Assert.Equal(["inbound", "backend", "outbound", "on-error"], policy.Elements().Select(section => section.Name.LocalName));
            foreach (var section in policy.Elements())
            {
                Assert.Equal(section.Name == "backend" ? 0 : 1, section.Descendants("base").Count());
                Assert.Equal(section.Name == "backend" ? 1 : 0, section.Descendants("forward-request").Count());
            }
        }
    }

    [Fact]
    public async Task Retries_keep_within_the_references_bounds()
    {
        foreach (var retry in (await PreviewsAsync()).SelectMany(preview => preview.Policies().Values).SelectMany(policy => policy.Descendants("retry")))
        {
            Assert.InRange(int.Parse(retry.Attribute("count")!.Value, CultureInfo.InvariantCulture), 1, 50);
            // Whole seconds. The reference wants a positive number; zero is what Microsoft's own samples have.
            Assert.InRange(int.Parse(retry.Attribute("interval")!.Value, CultureInfo.InvariantCulture), 0, 300);
        }
    }

    [Fact]
    public async Task Nothing_is_left_to_replace_and_nothing_is_secret()
    {
        foreach (var text in (await PreviewsAsync()).SelectMany(preview => preview.PolicyTexts()))
        {
            Assert.DoesNotMatch("@[a-z-]+@", text);
            // Named values are where secrets are kept: there are none.
            Assert.DoesNotContain("{{", text, StringComparison.Ordinal);
            Assert.DoesNotMatch("[A-Za-z0-9+/_-]{32,}", Regex.Replace(text, "authentication-managed-identity", ""));
        }
    }

    [Theory]
    [InlineData("<inbound><set-heder name='a' /></inbound>", "<set-heder> is no policy")]
    [InlineData("<inbound><trace source='a' /></inbound>", "<trace> is not described yet")]
    [InlineData("<inbound><set-header name='a' exist-action='skip' /></inbound>", "<set-header> has no exist-action")]
    [InlineData("<inbound><set-header name='a' exists-action='replace' /></inbound>", "exists-action of <set-header> cannot be 'replace'")]
    [InlineData("<inbound><set-header exists-action='skip' /></inbound>", "<set-header> lacks name")]
    [InlineData("<inbound><set-header name='a'>b</set-header></inbound>", "<set-header> takes no text")]
    [InlineData("<inbound><set-header name='a'><dimension name='b' /></set-header></inbound>", "<set-header> takes value*")]
    [InlineData("<inbound><forward-request /></inbound>", "<forward-request> must not stand in inbound")]
    [InlineData("<inbound /><outbound><retry condition='@(true)' count='1' interval='0'><set-query-parameter name='a' /></retry></outbound>", "<set-query-parameter> must not stand in outbound")]
    [InlineData("<on-error><set-body>a</set-body></on-error>", "<set-body> must not stand in on-error")]
    [InlineData("<on-error><return-response><set-body>a</set-body><set-status code='400' reason='a' /></return-response></on-error>", "<return-response> takes set-status? set-header* set-body?")]
    [InlineData("<outbound /><inbound />", "<policies> takes inbound? backend? outbound? on-error?")]
    public void Faults_are_found(string sections, string fault) =>
        Assert.Equal([fault], PolicyReference.Read().Check(XElement.Parse($"<policies>{sections}</policies>")));

    private static async Task<IReadOnlyList<AzurePreview>> PreviewsAsync()
    {
        Bicep.SkipWhereMissing();
        return [await AzurePreview.OfAsync("apis"), await AzurePreview.OfAsync("apis", DoorWorld.Pools)];
    }
}
