-- The first turn of a conversation, again and again; 150 bytes.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["api-key"] = "local-key"
wrk.body = '{"model":"gpt-4o-mini","input":"Why does a conversation break when its second turn meets another region than its first one did? Tell it briefly, pls"}'

-- What wrk prints for people is not read: this line is.
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format('{"requests":%d,"microseconds":%d,"refused":%d,"broken":%d,"median":%d}\n',
    summary.requests, summary.duration, errors.status, errors.connect + errors.read + errors.write + errors.timeout, latency:percentile(50)))
end
